/* The loop that runs a schedule, see schedule.py; native.py writes above it what LINEAR, INNER and CASES are.

   A block of examples is computed at a time, so that the rows of a network stay in the cache. */

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

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

/* Run a schedule on n examples.

   invariants   the constants, the parameters, and space for results
   inputs       the numbers of all examples for the first input, then for the next
   totals       zeros, to become the totals; a total is its offset * weight + its sum over the batch / divisor
   per_example  space for the results by example, all of the first output, then of the next

   Returns 0, or 1 if there is not enough memory. */
int run(const struct schedule *s, ptrdiff_t n, double weight, double divisor, double *invariants, const double *inputs,
        double *totals, double *per_example)
{
    int large = s->row_count > 20000;  /* then a wide block would not fit into the cache */
    ptrdiff_t block = n == 1 ? 1 : n <= 8 || large ? 8 : 32;
    void *memory = malloc((size_t)(s->row_count * block * 8 + 64));
    if (memory == NULL)
        return 1;
    double *rows = (double *)(((uintptr_t)memory + 63) & ~(uintptr_t)63);
    steps_1(s->invariant_steps, s->invariant_step_count, s->terms, invariants, invariants);
    (block == 1 ? batch_1 : block == 8 ? batch_8 : batch_32)(s, invariants, inputs, n, totals, per_example, rows);
    free(memory);
    for (ptrdiff_t i = 0; i < s->total_count; i++)
        totals[i] = s->offsets[i] < 0 ? totals[i] / divisor : invariants[s->offsets[i]] * weight + totals[i] / divisor;
    return 0;
}
