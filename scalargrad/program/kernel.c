/* The loop that runs a schedule, see schedule.py; native.py writes above it what LINEAR, INNER and CASES are.

   A block of examples is computed at a time, so that the rows of a network stay in the cache. */

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__AVX512F__)
#define LANES 8
#elif defined(__AVX__)
#define LANES 4
#else
#define LANES 2
#endif
typedef double lanes __attribute__((vector_size(8 * LANES), may_alias));

struct schedule {
    const int32_t *invariant_steps, *steps, *terms, *broadcast, *products, *tiles, *tile_rows, *offsets, *per_example;
    ptrdiff_t invariant_step_count, step_count, term_count, broadcast_count, product_count, tile_count, tile_row_count, total_count, per_example_count;
    ptrdiff_t row_count, input_count;
};

/* Input i of example k is numbers[i * input_stride + k' * example_stride], where k' is k, or, with an order, order[k]. */
struct inputs {
    const double *numbers;
    ptrdiff_t input_stride, example_stride;
    const int32_t *order;
};

#define LANES_OF(type) ((int)(sizeof(type) / sizeof(double)))

/* Return the sum of the numbers of a vector, halves first, which processors do without memory. */
static inline double add_up(lanes x)
{
    typedef double pair __attribute__((vector_size(16)));
#if LANES == 8
    typedef double four __attribute__((vector_size(32)));
    union { lanes all; four parts[2]; } eight = {x};
    four y = eight.parts[0] + eight.parts[1];
#elif LANES == 4
    lanes y = x;
#endif
#if LANES > 2
    union { __typeof__(y) all; pair parts[2]; } fours = {y};
    pair z = fours.parts[0] + fours.parts[1];
#else
    pair z = x;
#endif
    return z[0] + z[1];
}

#define NUMBERS double
#define ADD_UP(x) (x)
#define NAME(name) name##_of_one
#include "kernel_block.h"
#undef NUMBERS
#undef ADD_UP
#undef NAME

#define NUMBERS lanes
#define ADD_UP add_up
#define NAME(name) name##_of_several
#include "kernel_block.h"

/* Return how many vectors a row of a block has, or 0 for a single example.

   The more vectors, the less often are the tables read. More than four are worth it only where the rows stay in the
   processor's cache; WIDEST keeps a few rows, as of an optimizer's update, in the first and quickest one. */
static ptrdiff_t block_width(const struct schedule *s, ptrdiff_t n)
{
    enum { CACHE = 1 << 17, MUCH = 1 << 20, WIDEST = 32 };  /* the first two are numbers: 1 MB and 8 MB */
    ptrdiff_t vectors = (n + LANES - 1) / LANES, numbers = (s->row_count + 1) * LANES, blocks;
    ptrdiff_t most = numbers <= CACHE / 4 ? CACHE / numbers : numbers <= MUCH / 4 ? 4 : 1;
    if (n == 1)
        return 0;
    most = most < WIDEST ? most : WIDEST;
    blocks = (vectors + most - 1) / most;
    return (vectors + blocks - 1) / blocks;
}

/* Return how many numbers of memory a run on n examples needs. */
ptrdiff_t memory_size(const struct schedule *s, ptrdiff_t n)
{
    ptrdiff_t width = block_width(s, n);
    return s->row_count * (width ? width * LANES : 1) + 8;
}

/* Run a schedule on n examples. It writes only to what it is given, so that several threads may run one schedule.

   invariants   the constants, the parameters, and space for results
   totals       space for the totals; a total is its offset * weight + its sum over the batch / divisor
   per_example  space for the results by example, n of the first output, then of the next
   memory       space for memory_size(s, n) numbers */
void run(const struct schedule *s, ptrdiff_t n, double weight, double divisor, double *invariants,
         const struct inputs *inputs, double *totals, double *per_example, double *memory)
{
    ptrdiff_t width = block_width(s, n);
    double *rows = (double *)(((uintptr_t)memory + 63) & ~(uintptr_t)63);
    memset(totals, 0, (size_t)s->total_count * sizeof *totals);
    steps_of_one(s->invariant_steps, s->invariant_step_count, s->terms, invariants, invariants, 1);
    if (width)
        batch_of_several(s, invariants, *inputs, n, totals, per_example, rows, width);
    else
        batch_of_one(s, invariants, *inputs, n, totals, per_example, rows, 1);
    for (ptrdiff_t i = 0; i < s->total_count; i++)
        totals[i] /= divisor;
    for (ptrdiff_t i = 0; i < s->total_count; i++)
        if (s->offsets[i] >= 0)
            totals[i] += invariants[s->offsets[i]] * weight;
}

#include "train.h"
