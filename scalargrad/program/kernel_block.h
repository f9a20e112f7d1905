/* What kernel.c does with a block of BLOCK examples, computed in vectors of the type NUMBERS. */

#define VECTORS ((int)(BLOCK * 8 / sizeof(NUMBERS)))
#define FOR_EACH(formula) for (int k = 0; k < BLOCK; k++) out[k] = formula; break

static void NAME(steps)(const int32_t *step, ptrdiff_t count, const int32_t *terms, const double *invariants,
                        double *rows)
{
    for (const int32_t *end = step + 4 * count; step != end; step += 4) {
        double *restrict out = rows + (ptrdiff_t)step[1] * BLOCK;
        if (step[0] == LINEAR) {
            const int32_t *term = terms + 2 * (ptrdiff_t)step[2], *last = terms + 2 * (ptrdiff_t)step[3];
            NUMBERS sum[VECTORS];
            const NUMBERS *x = (const NUMBERS *)(rows + (ptrdiff_t)term[1] * BLOCK);
            for (int v = 0; v < VECTORS; v++)
                sum[v] = invariants[term[0]] * x[v];
            while ((term += 2) != last) {
                x = (const NUMBERS *)(rows + (ptrdiff_t)term[1] * BLOCK);
                for (int v = 0; v < VECTORS; v++)
                    sum[v] += invariants[term[0]] * x[v];
            }
            for (int v = 0; v < VECTORS; v++)
                ((NUMBERS *)out)[v] = sum[v];
            continue;
        }
        if (step[0] == INNER) {
            const int32_t *term = terms + 2 * (ptrdiff_t)step[2], *last = terms + 2 * (ptrdiff_t)step[3];
            NUMBERS sum[VECTORS];
            const NUMBERS *x = (const NUMBERS *)(rows + (ptrdiff_t)term[0] * BLOCK);
            const NUMBERS *y = (const NUMBERS *)(rows + (ptrdiff_t)term[1] * BLOCK);
            for (int v = 0; v < VECTORS; v++)
                sum[v] = x[v] * y[v];
            while ((term += 2) != last) {
                x = (const NUMBERS *)(rows + (ptrdiff_t)term[0] * BLOCK);
                y = (const NUMBERS *)(rows + (ptrdiff_t)term[1] * BLOCK);
                for (int v = 0; v < VECTORS; v++)
                    sum[v] += x[v] * y[v];
            }
            for (int v = 0; v < VECTORS; v++)
                ((NUMBERS *)out)[v] = sum[v];
            continue;
        }
        const double *x = rows + (ptrdiff_t)step[2] * BLOCK, *y = rows + (ptrdiff_t)step[3] * BLOCK;
        switch (step[0]) {
        CASES  /* those of the other steps, from their texts in languages.py */
        }
    }
}

static void NAME(batch)(const struct schedule *s, const double *invariants, struct inputs inputs, ptrdiff_t n,
                        double *totals, double *per_example, double *rows)
{
    for (ptrdiff_t i = 0; i < s->broadcast_count; i++)
        for (int k = 0; k < BLOCK; k++)
            rows[s->broadcast[2 * i] * (ptrdiff_t)BLOCK + k] = invariants[s->broadcast[2 * i + 1]];
    for (ptrdiff_t start = 0; start < n; start += BLOCK) {
        int size = n - start < BLOCK ? (int)(n - start) : BLOCK;
        for (int k = 0; k < BLOCK; k++) {  /* a block that is not full repeats its last example */
            ptrdiff_t example = start + (k < size ? k : size - 1);
            const double *x = inputs.numbers + (inputs.order ? inputs.order[example] : example) * inputs.example_stride;
            for (ptrdiff_t i = 0; i < s->input_count; i++)
                rows[i * BLOCK + k] = x[i * inputs.input_stride];
        }
        NAME(steps)(s->steps, s->step_count, s->terms, invariants, rows);
        for (const int32_t *p = s->products, *end = p + 3 * s->product_count; p != end; p += 3) {
            const double *x = rows + (ptrdiff_t)p[1] * BLOCK, *y = rows + (ptrdiff_t)p[2] * BLOCK;
            if (size == BLOCK) {
                NUMBERS sum = *(NUMBERS *)x * *(NUMBERS *)y;
                for (int v = 1; v < VECTORS; v++)
                    sum += ((NUMBERS *)x)[v] * ((NUMBERS *)y)[v];
                for (int k = 0; k < (int)(sizeof(NUMBERS) / 8); k++)
                    totals[p[0]] += ((double *)&sum)[k];
            } else {
                for (int k = 0; k < size; k++)
                    totals[p[0]] += x[k] * y[k];
            }
        }
        for (ptrdiff_t i = 0; i < s->per_example_count; i++)
            for (int k = 0; k < size; k++)
                per_example[i * n + start + k] = rows[(ptrdiff_t)s->per_example[i] * BLOCK + k];
    }
}

#undef VECTORS
#undef FOR_EACH
