/* The loop that runs a schedule, see schedule.py; native.py writes above it what LINEAR, INNER and CASES are.

   A block of examples is computed at a time, so that the rows of a network stay in the cache. */

#include <math.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__AVX512F__)
#define LANES 8
#elif defined(__AVX__)
#define LANES 4
#else
#define LANES 2
#endif
typedef double lanes __attribute__((vector_size(8 * LANES), may_alias));

struct schedule {
    const int32_t *invariant_steps, *steps, *terms, *broadcast, *products, *offsets, *per_example;
    ptrdiff_t invariant_step_count, step_count, term_count, broadcast_count, product_count, total_count, per_example_count;
    ptrdiff_t row_count, input_count;
};

/* Input i of example k is numbers[i * input_stride + k' * example_stride], where k' is k, or, with an order, order[k]. */
struct inputs {
    const double *numbers;
    ptrdiff_t input_stride, example_stride;
    const int32_t *order;
};

#define BLOCK 1
#define NUMBERS double
#define NAME(name) name##_1
#include "kernel_block.h"
#undef BLOCK
#undef NUMBERS
#undef NAME

#define BLOCK 8
#define NUMBERS lanes
#define NAME(name) name##_8
#include "kernel_block.h"
#undef BLOCK
#undef NUMBERS
#undef NAME

#define BLOCK 32
#define NUMBERS lanes
#define NAME(name) name##_32
#include "kernel_block.h"

static ptrdiff_t block_size(const struct schedule *s, ptrdiff_t n)
{
    int large = s->row_count > 20000;  /* then a wide block would not fit into the cache */
    return n == 1 ? 1 : n <= 8 || large ? 8 : 32;
}

/* Return how many numbers of memory a run on n examples needs. */
ptrdiff_t memory_size(const struct schedule *s, ptrdiff_t n)
{
    return s->row_count * block_size(s, n) + 8;
}

/* Run a schedule on n examples. It writes only to what it is given, so that several threads may run one schedule.

   invariants   the constants, the parameters, and space for results
   totals       space for the totals; a total is its offset * weight + its sum over the batch / divisor
   per_example  space for the results by example, n of the first output, then of the next; where the inputs are laid out
                like that and have no order, it may be their space
   memory       space for memory_size(s, n) numbers */
void run(const struct schedule *s, ptrdiff_t n, double weight, double divisor, double *invariants,
         const struct inputs *inputs, double *totals, double *per_example, double *memory)
{
    ptrdiff_t block = block_size(s, n);
    double *rows = (double *)(((uintptr_t)memory + 63) & ~(uintptr_t)63);
    for (ptrdiff_t i = 0; i < s->total_count; i++)
        totals[i] = 0;
    steps_1(s->invariant_steps, s->invariant_step_count, s->terms, invariants, invariants);
    (block == 1 ? batch_1 : block == 8 ? batch_8 : batch_32)(s, invariants, *inputs, n, totals, per_example, rows);
    for (ptrdiff_t i = 0; i < s->total_count; i++)
        totals[i] = s->offsets[i] < 0 ? totals[i] / divisor : invariants[s->offsets[i]] * weight + totals[i] / divisor;
}
