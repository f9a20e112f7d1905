/* The loop of training, see loops.py: the loss runs on a batch of examples, and then the update runs on the parameters. */

#include <float.h>

struct training {
    const struct schedule *loss, *update;
    double *states[2];                            /* the state, and space for the next one; a row has `parameter_count` numbers */
    double *loss_invariants, *update_invariants;  /* see `run` */
    double *totals, *each;                        /* space for what the loss returns for a batch */
    double *loss_memory, *update_memory;          /* see `run` */
    const double *examples;                       /* the numbers of the inputs, one example after the other */
    const int32_t *order;                         /* the examples of all steps */
    const double *rates;                          /* the learning rate of each step */
    double *losses;                               /* the loss of each step */
    double *outputs;                              /* what the loss returns for each example of an epoch */
    ptrdiff_t parameter_count, row_count;
    ptrdiff_t parameters, shared;  /* where the parameters of the loss and of the update are among their invariants */
    ptrdiff_t n, size;             /* the examples of an epoch and of a step */
    ptrdiff_t before, done;        /* the steps before those of the plan, and those of the plan that are done */
    int current;                   /* which of the states is the state */
    int is_mean;                   /* whether a total is the mean over a batch, or the sum */
};

/* Return whether numbers are finite, or their squares, which most formulas need. */
static int are_finite(const double *numbers, ptrdiff_t n, int squared)
{
    int64_t others = 0;
    for (ptrdiff_t i = 0; i < n; i++)
        others |= !(fabs(squared ? numbers[i] * numbers[i] : numbers[i]) <= DBL_MAX);
    return !others;
}

/* Take so many steps, or fewer if a number of the next one is not finite. */
void train(struct training *t, ptrdiff_t count)
{
    const struct schedule *loss = t->loss, *update = t->update;
    const ptrdiff_t p = t->parameter_count, varying = update->input_count, steps = (t->n + t->size - 1) / t->size;
    for (ptrdiff_t end = t->done + count; t->done < end; t->done++) {
        double *state = t->states[t->current], *next = t->states[!t->current], *gradients = state + (varying - 1) * p;
        ptrdiff_t begin = t->done % steps * t->size;
        ptrdiff_t batch = t->n - begin < t->size ? t->n - begin : t->size;
        const int32_t *order = t->order + t->done / steps * t->n + begin;

        struct inputs examples = {t->examples, 1, loss->input_count, order};
        memcpy(t->loss_invariants + t->parameters, state, p * sizeof(double));
        run(loss, batch, t->is_mean ? 1 : batch, t->is_mean ? batch : 1, t->loss_invariants, &examples, t->totals, t->each,
            t->loss_memory);
        if (!are_finite(t->totals, 1, 0) || !are_finite(t->each, loss->per_example_count * batch, 0))
            return;
        memcpy(gradients, t->totals + 1, p * sizeof(double));
        if (!are_finite(gradients, p, 1))
            return;

        struct inputs rows = {state, p, 1, NULL};
        double *shared = t->update_invariants + t->shared;
        *shared++ = t->rates[t->done];
        *shared++ = (double)(t->before + t->done);
        for (ptrdiff_t row = varying; row < t->row_count; row++)
            *shared++ = state[row * p];
        run(update, p, 1, 1, t->update_invariants, &rows, t->totals, next, t->update_memory);
        if (!are_finite(next, p, 0))
            return;

        t->current = !t->current;
        t->losses[t->done] = t->totals[0];
        for (ptrdiff_t i = 0; i < loss->per_example_count; i++)
            for (ptrdiff_t k = 0; k < batch; k++)
                t->outputs[i * t->n + order[k]] = t->each[i * batch + k];
    }
}
