package app

import (
	"context"
	"fmt"
	"strings"

	"headway"
	"headway/internal/store"
)

// Sealer encrypts secrets with a key that is not in the database; see internal/seal.
type Sealer interface {
	Seal(s headway.Secret, place string) (string, error)
	Open(sealed, place string) (headway.Secret, error)
}

// SetConnection says how another system is reached. An empty secret of a
// connection that exists is left as it is.
type SetConnection struct {
	Key, URL, Username string
	Kind               headway.StepKind
	Secret, Signing    headway.Secret
}

// SetConnection stores a connection, new or changed. Go/no-gos whose steps
// would then call something else are voided.
func (a *App) SetConnection(ctx context.Context, by headway.Actor, programme string, in SetConnection) (headway.Connection, error) {
	var n headway.Connection
	err := a.changeIn(ctx, by, programme, headway.EditProgramme, func(c *change, p headway.Programme) error {
		have, err := c.ConnectionByKey(ctx, p.ID, in.Key)
		if err != nil && headway.KindOf(err) != headway.NotFound {
			return err
		}
		n = headway.Connection{
			ID: have.ID, ProgrammeID: p.ID, Key: in.Key, Kind: in.Kind, URL: strings.TrimRight(in.URL, "/"), Username: in.Username,
			Secret: in.Secret, Signing: in.Signing, ChangedBy: c.by.UserID, ChangedByName: c.by.Name, ChangedAt: c.now,
		}
		if err := n.Check(); err != nil {
			return err
		}
		if n.ID == "" {
			n.ID = a.newID()
		}
		if have.ID != "" && have.URL != n.URL && in.Secret.IsZero() && have.SealedSecret != "" {
			return headway.Conflictf("the secret of %s was given for %s", n.Key, have.URL).WithHint("give the secret again with the new address, so that it does not go to another system unseen")
		}
		row := store.SealedConnection{Connection: n, SealedSecret: have.SealedSecret, SealedSigning: have.SealedSigning}
		if row.SealedSecret, err = a.sealOver(in.Secret, n.ID+"/secret", have.SealedSecret); err != nil {
			return err
		}
		if row.SealedSigning, err = a.sealOver(in.Signing, n.ID+"/signing", have.SealedSigning); err != nil {
			return err
		}
		if err := c.PutConnection(ctx, row); err != nil {
			return err
		}
		if err := c.record(ctx, p.ID, ConnectionSet, n.ID, fmt.Sprintf("%s set the connection %s to %s", c.by.Name, n.Key, n.URL),
			map[string]any{"key": n.Key, "kind": n.Kind, "url": n.URL, "secret": !in.Secret.IsZero(), "signing": !in.Signing.IsZero()}); err != nil {
			return err
		}
		return c.voidStale(ctx, p)
	})
	return n, err
}

// sealOver seals a new secret, and keeps the old one when none is given.
func (a *App) sealOver(s headway.Secret, place, have string) (string, error) {
	if s.IsZero() {
		return have, nil
	}
	return a.sealer.Seal(s, place)
}

// RemoveConnection forgets a connection and its secrets. One that the runbook
// names stays.
func (a *App) RemoveConnection(ctx context.Context, by headway.Actor, programme, key string) error {
	return a.changeIn(ctx, by, programme, headway.EditProgramme, func(c *change, p headway.Programme) error {
		have, err := c.ConnectionByKey(ctx, p.ID, key)
		if err != nil {
			return err
		}
		book, err := c.NewestRunbook(ctx, p.ID)
		if err != nil && headway.KindOf(err) != headway.NotFound {
			return err
		}
		for _, s := range book.Steps {
			if s.Connection == key {
				return headway.Conflictf("step %q of the runbook uses the connection %s", s.Title, key).WithHint("change the runbook first")
			}
		}
		if err := c.RemoveConnection(ctx, p.ID, have.ID); err != nil {
			return err
		}
		return c.record(ctx, p.ID, ConnectionRemoved, have.ID, fmt.Sprintf("%s removed the connection %s", c.by.Name, key), map[string]any{"key": key})
	})
}

// ConnectionView is a connection without its secrets.
type ConnectionView struct {
	headway.Connection
	HasSecret, HasSigning bool
}

// Connections lists the connections of a programme, without their secrets.
func (a *App) Connections(ctx context.Context, by headway.Actor, programme string) ([]ConnectionView, error) {
	var out []ConnectionView
	err := a.lookIn(ctx, by, programme, headway.EditProgramme, func(q store.Q, p headway.Programme) error {
		all, err := q.Connections(ctx, p.ID)
		for _, c := range all {
			out = append(out, ConnectionView{c.Connection, c.SealedSecret != "", c.SealedSigning != ""})
		}
		return err
	})
	return out, err
}

// connection gives a connection with its secrets, to call with.
func (a *App) connection(ctx context.Context, q store.Q, p headway.Programme, key string) (headway.Connection, error) {
	row, err := q.ConnectionByKey(ctx, p.ID, key)
	if headway.KindOf(err) == headway.NotFound && err != nil {
		return headway.Connection{}, headway.Conflictf("there is no connection %q", key).WithHint("a release manager adds it with headway connection set")
	}
	if err != nil {
		return headway.Connection{}, err
	}
	c := row.Connection
	if c.Secret, err = a.sealer.Open(row.SealedSecret, c.ID+"/secret"); err != nil {
		return c, err
	}
	c.Signing, err = a.sealer.Open(row.SealedSigning, c.ID+"/signing")
	return c, err
}
