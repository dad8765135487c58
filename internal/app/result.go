package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/riverqueue/river"

	"headway"
	"headway/internal/store"
)

// question is what a programme is asked that takes simulations or a walk
// through its whole history: never answered by a request, always by a job.
type question struct {
	Kind       string      `json:"kind"`
	If         *ForecastIf `json:"if,omitempty"`
	Confidence float64     `json:"confidence,omitempty"`
}

// The kinds of question.
const (
	askForecast = "forecast"
	askAdvice   = "gap advice"
	askQueue    = "queue"
	askBacktest = "back-test"
)

// priority lets what is quick go first.
func (q question) priority() int {
	if q.Kind == askBacktest {
		return 1
	}
	return 2
}

// resultModel is raised when the same facts come to give another answer.
const resultModel = 1

// Computed says of a kept answer of what facts it is, and what comes after it.
type Computed struct {
	AsOf        time.Time // of the facts; zero: there is no answer yet
	Took        time.Duration
	Stale       bool // facts have changed since, or the day
	Computing   bool // a newer one is on its way
	Done, Total int  // of its simulations, when it has begun
	Failure     string
	FailedAt    time.Time
}

// None tells that there is no answer to show yet.
func (c Computed) None() bool { return c.AsOf.IsZero() }

// ResultJob asks to answer a question of a programme that is kept by its key.
type ResultJob struct {
	ProgrammeID string `json:"programme_id"`
	Key         string `json:"key"`
}

// Kind names the job in the queue.
func (ResultJob) Kind() string { return "result" }

// QueueResult is where questions wait: one at a time on each node, because an
// answer takes all its cores.
const QueueResult = "result"

// basis is what an answer rests on: the facts and rules of a programme (each
// change raises its revision, history too), the plan, the day, and the model.
type basis struct {
	programme headway.Programme
	cast      Cast
	draft     string
	revision  int64 // of the facts that the draft knows
	digest    string
}

func basisOf(ctx context.Context, q store.Q, p headway.Programme, now time.Time) (b basis, err error) {
	b.programme = p
	if b.cast, err = castOf(ctx, q, p); err != nil {
		return b, err
	}
	if b.draft, b.revision, err = q.DraftMark(ctx, p.ID); err != nil {
		return b, err
	}
	day := headway.DateOf(now.In(b.cast.Calendar.Zone))
	b.digest = digest(fmt.Appendf(nil, "%d %d %s %d %s %d %s", resultModel, forecastSeed, p.ID, p.Revision, b.draft, b.revision, day))
	return b, nil
}

// planFollows tells that the plan does not know the facts of today yet.
func (b basis) planFollows() bool { return b.draft != "" && b.revision < b.programme.Revision }

// answer gives what is kept of a question, with when it is of, and asks for it
// to be computed when that is not of today's facts. The answer is shared: none
// of it may be changed.
func answer[T any](ctx context.Context, a *App, by headway.Actor, programme string, ask question) (v T, c Cast, say Computed, err error) {
	text, err := encode(ask)
	if err != nil {
		return v, c, say, err
	}
	now := a.Now()
	var on basis
	r := headway.Result{Key: digest([]byte(text)), Question: text}
	err = a.lookIn(ctx, by, programme, headway.ViewProgramme, func(q store.Q, p headway.Programme) error {
		if on, err = basisOf(ctx, q, p, now); err != nil {
			return err
		}
		kept, err := q.Result(ctx, p.ID, r.Key)
		if headway.KindOf(err) == headway.NotFound && err != nil {
			r.ProgrammeID = p.ID
			return nil
		}
		if r = kept; err != nil || r.Basis == "" {
			return err
		}
		var readable bool
		if v, readable, err = keptAnswer[T](ctx, q, &a.answers, r); !readable {
			r.Basis, r.AsOf = "", time.Time{}
		}
		return err
	})
	if err != nil {
		return v, on.cast, say, err
	}
	if r.Asks(on.digest, now) {
		r.Wanted, r.WantedAt, r.BeatAt, r.Done, r.Total = on.digest, now, time.Time{}, 0, 0
		err := a.change(ctx, headway.System(), func(c *change) error {
			c.Enqueue(ResultJob{r.ProgrammeID, r.Key}, &river.InsertOpts{Queue: QueueResult, MaxAttempts: 3, Priority: ask.priority()})
			return c.AskResult(ctx, r)
		})
		if err != nil && r.Basis == "" {
			return v, on.cast, say, err
		}
		if err != nil { // what is kept can be shown all the same
			r.Wanted, r.Failed, r.Failure, r.FailedAt = "", on.digest, "it cannot be asked for: "+err.Error(), now
		}
	}
	say = Computed{AsOf: r.AsOf, Took: r.Took, Stale: r.Basis != "" && r.Basis != on.digest, Computing: r.Computing(now) && r.Basis != on.digest, Done: r.Done, Total: r.Total}
	if r.Failed == on.digest {
		say.Failure, say.FailedAt = r.Failure, r.FailedAt
	}
	return v, on.cast, say, nil
}

// ComputeResult answers a question from the facts of now and keeps the answer.
// A question that gave way, or was answered meanwhile, makes it do nothing.
// While the plan is out of date it tells to wait, but not for ever.
func (a *App) ComputeResult(ctx context.Context, in ResultJob) (wait bool, err error) {
	var r headway.Result
	var on basis
	now, k := a.Now(), &knowledge{draft: map[string]headway.PlannedRelease{}}
	err = a.store.Read(ctx, func(q store.Q) (err error) {
		if r, err = q.Result(ctx, in.ProgrammeID, in.Key); err != nil {
			return err
		}
		p, err := q.Programme(ctx, in.ProgrammeID)
		if err != nil {
			return err
		}
		if on, err = basisOf(ctx, q, p, now); err != nil {
			return err
		}
		wait = on.planFollows() && now.Before(r.WantedAt.Add(planPatience))
		if wait || r.Basis == on.digest {
			return nil
		}
		return k.load(ctx, q, p, now)
	})
	switch {
	case headway.KindOf(err) == headway.NotFound && err != nil:
		return false, nil
	case err != nil || wait:
		return wait, err
	case r.Basis == on.digest:
		return false, nil
	}
	return false, a.compute(ctx, r, k, on)
}

// planPatience is how long an answer waits for the plan to know the newest facts.
const planPatience = 15 * time.Second

func (a *App) compute(ctx context.Context, r headway.Result, k *knowledge, on basis) error {
	var ask question
	if err := json.Unmarshal([]byte(r.Question), &ask); err != nil {
		return fmt.Errorf("question %s: %w", r.Key, err)
	}
	k.tell = a.beats(ctx, r)
	k.went(0)
	began := a.Now()
	v, err := a.reckon(ctx, k, ask)
	if errors.Is(ctx.Err(), context.Canceled) { // the program ends: it is done anew after the start
		return ctx.Err()
	}
	if ctx.Err() != nil {
		err = fmt.Errorf("it was stopped after %s", a.Now().Sub(began).Round(time.Second))
	}
	body := ""
	if err == nil {
		body, err = encode(v)
	}
	text := fmt.Sprintf("the %s was computed in %.1f s", ask.Kind, a.Now().Sub(began).Seconds())
	keep := func(c *change) (bool, error) {
		r.Basis, r.AsOf, r.Took = on.digest, k.facts.now, c.now.Sub(began)
		return c.KeepResult(ctx, r, body)
	}
	if err != nil {
		a.log.WarnContext(ctx, "a question could not be answered", "programme", k.facts.programme.Key, "question", r.Question, "error", err)
		text = fmt.Sprintf("the %s could not be computed: %v", ask.Kind, err)
		keep = func(c *change) (bool, error) {
			r.Failed, r.Failure, r.FailedAt = on.digest, err.Error(), c.now
			return c.FailResult(ctx, r)
		}
	}
	ctx = context.WithoutCancel(ctx)
	return a.change(ctx, headway.System(), func(c *change) error {
		still, err := keep(c)
		if err != nil || !still {
			return err
		}
		return c.record(ctx, r.ProgrammeID, ResultComputed, r.Key, text, nil)
	})
}

// beatEvery is how often a computation says how far it is.
const beatEvery = time.Second

// beats gives what a computation calls as it goes on. A beat that is not stored
// is made up for by the next.
func (a *App) beats(ctx context.Context, r headway.Result) func(done, total int) {
	var last time.Time
	return func(done, total int) {
		if now := a.Now(); now.Sub(last) >= beatEvery {
			last = now
			if err := a.change(ctx, headway.System(), func(c *change) error {
				return c.BeatResult(ctx, r.ProgrammeID, r.Key, done, total, c.now)
			}); err != nil {
				a.log.WarnContext(ctx, "how far a computation is could not be stored", "question", r.Question, "error", err)
			}
		}
	}
}

// reckon answers a question from what is known.
func (a *App) reckon(ctx context.Context, k *knowledge, ask question) (any, error) {
	switch ask.Kind {
	case askForecast:
		return a.forecast(ctx, k, *ask.If)
	case askAdvice:
		return k.advice(ctx, ask.Confidence)
	case askQueue:
		return k.queue(ctx)
	case askBacktest:
		return k.backtest()
	}
	return nil, fmt.Errorf("there is no question %q in this version", ask.Kind)
}

// answers keeps what was decoded last of kept answers: one of 1,000 releases
// takes longer to read than its page may take.
type answers struct {
	mu   sync.Mutex
	kept []decodedAnswer // used last first
}

type decodedAnswer struct {
	of    headway.Result
	value any
}

const mostAnswers = 32

func (d decodedAnswer) is(r headway.Result) bool {
	return d.of.ProgrammeID == r.ProgrammeID && d.of.Key == r.Key && d.of.Basis == r.Basis && d.of.AsOf.Equal(r.AsOf)
}

// keptAnswer reads a kept answer. One that an older version wrote in another
// form is none.
func keptAnswer[T any](ctx context.Context, q store.Q, all *answers, r headway.Result) (v T, readable bool, err error) {
	if got, ok := all.known(r).(T); ok {
		return got, true, nil
	}
	body, err := q.ResultBody(ctx, r.ProgrammeID, r.Key)
	if err != nil {
		return v, false, err
	}
	if json.Unmarshal([]byte(body), &v) != nil {
		var none T
		return none, false, nil
	}
	all.keep(decodedAnswer{r, v})
	return v, true, nil
}

func (a *answers) known(r headway.Result) any {
	a.mu.Lock()
	defer a.mu.Unlock()
	i := slices.IndexFunc(a.kept, func(d decodedAnswer) bool { return d.is(r) })
	if i < 0 {
		return nil
	}
	d := a.kept[i]
	a.kept = slices.Insert(slices.Delete(a.kept, i, i+1), 0, d)
	return d.value
}

func (a *answers) keep(d decodedAnswer) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.kept = slices.Insert(a.kept, 0, d)
	a.kept = slices.Delete(a.kept, min(len(a.kept), mostAnswers), len(a.kept))
}
