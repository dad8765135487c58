package app

import (
	"context"
	"io"
	"log/slog"
	"time"

	"headway"
	"headway/internal/attest"
	"headway/internal/store"
)

// App carries what the verbs need.
type App struct {
	store     *store.Store
	blobs     *store.Blobs
	now       func() time.Time
	newID     func() string
	random    io.Reader
	passwords Passwords
	committed func()
	due       func(stepID string)
	sealer    Sealer
	signer    attest.Signer
	publicURL func() string
	log       *slog.Logger
	answers   answers
	impacts   keptImpacts
	learnt    learntModels
}

// Deps are the parts an App is made of.
type Deps struct {
	Store     *store.Store
	Blobs     *store.Blobs
	Now       func() time.Time // the clock
	NewID     func() string    // draws ids that are unique and sort by time
	Random    io.Reader        // of secrets: crypto/rand.Reader
	Passwords Passwords
	Committed func()              // called after each commit that recorded events
	Due       func(stepID string) // told after a commit of each step whose call is due; must not block
	Sealer    Sealer              // of the secrets of connections
	Signer    attest.Signer       // of the records of decisions
	PublicURL func() string       // how other systems reach this instance, to tell outcomes
	Log       *slog.Logger
}

// Passwords hashes and compares passwords.
type Passwords interface {
	Hash(password headway.Secret) (string, error)
	Matches(hash string, password headway.Secret) (bool, error)
}

// New makes an App.
func New(d Deps) *App {
	if d.Committed == nil {
		d.Committed = func() {}
	}
	if d.PublicURL == nil {
		d.PublicURL = func() string { return "" }
	}
	if d.Due == nil {
		d.Due = func(string) {}
	}
	return &App{
		store: d.Store, blobs: d.Blobs, now: d.Now, newID: d.NewID, random: d.Random, passwords: d.Passwords,
		committed: d.Committed, due: d.Due, sealer: d.Sealer, signer: d.Signer, publicURL: d.PublicURL, log: d.Log,
	}
}

// Now gives the time in UTC, to the millisecond that is stored.
func (a *App) Now() time.Time { return a.now().UTC().Truncate(time.Millisecond) }

// change is one verb's write transaction with who asks and when.
type change struct {
	*store.Tx
	app    *App
	by     headway.Actor
	now    time.Time
	events int
	due    []string // steps whose call is due once this is committed
}

// change runs a verb in one write transaction.
func (a *App) change(ctx context.Context, by headway.Actor, f func(*change) error) error {
	recorded := false
	var due []string
	err := a.store.Write(ctx, func(tx *store.Tx) error {
		c := &change{Tx: tx, app: a, by: by, now: a.Now()}
		err := f(c)
		recorded, due = c.events > 0, c.due
		return err
	})
	if err == nil && recorded {
		a.committed()
	}
	if err == nil {
		for _, id := range due {
			a.due(id)
		}
	}
	return err
}

// changeIn runs a verb that belongs to a programme, after the door.
func (a *App) changeIn(ctx context.Context, by headway.Actor, programme string, action headway.Action, f func(*change, headway.Programme) error) error {
	return a.change(ctx, by, func(c *change) error {
		if weighs(action) {
			var err error
			if c.by, err = c.still(ctx, by); err != nil {
				return err
			}
		}
		p, err := enter(ctx, c.Q, c.by, programme, action)
		if err != nil {
			return err
		}
		return f(c, p)
	})
}

// lookIn runs a view of a programme over one snapshot, after the door.
func (a *App) lookIn(ctx context.Context, by headway.Actor, programme string, action headway.Action, f func(store.Q, headway.Programme) error) error {
	return a.store.Read(ctx, func(q store.Q) error {
		p, err := enter(ctx, q, by, programme, action)
		if err != nil {
			return err
		}
		return f(q, p)
	})
}

// enter is the one door into a programme, by key: to an actor without a role
// in it, it does not exist.
func enter(ctx context.Context, q store.Q, by headway.Actor, key string, action headway.Action) (headway.Programme, error) {
	unknown := headway.NotFoundf("there is no programme %q, or it is not yours to see", key)
	p, err := q.ProgrammeByKey(ctx, key)
	if headway.KindOf(err) == headway.NotFound {
		return p, unknown
	}
	if err != nil {
		return p, err
	}
	if by.Kind != headway.ActorSystem && len(by.RolesIn(p.ID)) == 0 {
		return headway.Programme{}, unknown
	}
	if err := by.Refusal(action, p.ID); err != nil {
		return headway.Programme{}, err
	}
	return p, nil
}

// record appends an event to the audit chain and sets off its reactions. Data
// is kept as JSON.
func (c *change) record(ctx context.Context, programmeID string, kind headway.EventKind, subject, text string, data any) error {
	return c.recordFor(ctx, nil, programmeID, kind, subject, text, data)
}

// recordFor records an event that certain users are told of besides those whom
// its reactions name.
func (c *change) recordFor(ctx context.Context, users []string, programmeID string, kind headway.EventKind, subject, text string, data any) error {
	raw, err := encode(data)
	if err != nil {
		return err
	}
	actorID := c.by.UserID
	if c.by.Kind == headway.ActorToken {
		actorID = c.by.TokenID
	}
	e, err := c.AppendEvent(ctx, headway.Event{
		At: c.now, ActorKind: c.by.Kind, ActorID: actorID, ActorName: c.by.Name,
		ProgrammeID: programmeID, Kind: kind, Subject: subject, Text: text, Data: raw,
	})
	if err != nil {
		return err
	}
	c.events++
	return c.react(ctx, e, users)
}
