package app

import (
	"context"
	"fmt"
	"reflect"
	"strings"

	"headway"
)

// PutTrain describes a train: a new one, or how one is to be.
type PutTrain struct {
	Key, Name string
	Departs   headway.Date
	Criteria  []headway.Criterion
}

// AddTrain forms a train without members.
func (a *App) AddTrain(ctx context.Context, by headway.Actor, programme string, in PutTrain) (headway.Train, error) {
	var t headway.Train
	err := a.changeIn(ctx, by, programme, headway.EditTrain, func(c *change, p headway.Programme) error {
		t = headway.Train{
			ID: a.newID(), ProgrammeID: p.ID, Key: in.Key, Name: in.Name, State: headway.TrainOpen, Departs: in.Departs, Criteria: in.Criteria, CreatedAt: c.now,
		}
		t.Change = c.hand()
		if err := t.Check(); err != nil {
			return err
		}
		if _, err := c.TrainByKey(ctx, p.ID, in.Key); err == nil {
			return headway.Conflictf("there is a train %q already", in.Key).At("train.key").WithHint("choose another key")
		}
		if err := c.Tx.AddTrain(ctx, t); err != nil {
			return err
		}
		return c.record(ctx, p.ID, TrainAdded, t.ID, fmt.Sprintf("%s formed the train %s", by.Name, t.Name),
			map[string]any{"train": t.Key, "departs": t.Departs, "criteria": t.Criteria})
	})
	return t, err
}

// ChangeTrain changes name, day and criteria of an open train. What its members
// were approved by has then changed, and their go/no-gos are void.
func (a *App) ChangeTrain(ctx context.Context, by headway.Actor, programme string, in PutTrain) (headway.Train, error) {
	var t headway.Train
	err := a.changeIn(ctx, by, programme, headway.EditTrain, func(c *change, p headway.Programme) (err error) {
		if t, err = c.openTrain(ctx, p, in.Key); err != nil {
			return err
		}
		was := t
		t.Name, t.Departs, t.Criteria = in.Name, in.Departs, in.Criteria
		if err := t.Check(); err != nil {
			return err
		}
		var what []string
		for _, f := range []struct {
			name string
			same bool
		}{
			{"name", was.Name == t.Name},
			{"day of departure", was.Departs == t.Departs},
			{"criteria", len(was.Criteria)+len(t.Criteria) == 0 || reflect.DeepEqual(was.Criteria, t.Criteria)},
		} {
			if !f.same {
				what = append(what, f.name)
			}
		}
		if len(what) == 0 {
			return nil
		}
		if err := c.saveTrain(ctx, &t); err != nil {
			return err
		}
		if err := c.record(ctx, p.ID, TrainChanged, t.ID, fmt.Sprintf("%s changed the train %s: %s", by.Name, t.Name, strings.Join(what, ", ")),
			map[string]any{"train": t.Key, "departs": t.Departs, "criteria": t.Criteria, "was": map[string]any{"name": was.Name, "departs": was.Departs, "criteria": was.Criteria}}); err != nil {
			return err
		}
		return c.voidStale(ctx, p)
	})
	return t, err
}

// CancelTrain ends a train whose members have not all arrived: they go by themselves.
func (a *App) CancelTrain(ctx context.Context, by headway.Actor, programme, key, reason string) (headway.Train, error) {
	var t headway.Train
	if err := headway.CheckText("reason", reason, 2000); err != nil {
		return t, err
	}
	err := a.changeIn(ctx, by, programme, headway.EditTrain, func(c *change, p headway.Programme) (err error) {
		if t, err = c.openTrain(ctx, p, key); err != nil {
			return err
		}
		states, err := c.statesOf(ctx, p, t)
		if err != nil {
			return err
		}
		for _, m := range t.Riding() {
			if states[m.ReleaseID] == headway.ReleaseDeploying {
				return headway.Conflictf("a member of the train %s is being deployed", t.Name).WithHint("wait until it is in production, or roll it back")
			}
			if states[m.ReleaseID].InProduction() {
				continue
			}
			m.State, m.Reason, m.Next, m.By, m.ByName, m.At = headway.MemberMissed, reason, "", by.UserID, by.Name, c.now
			if err := c.PutTrainMember(ctx, m); err != nil {
				return err
			}
		}
		t.State, t.Reason, t.ClosedAt = headway.TrainCancelled, reason, c.now
		if err := c.saveTrain(ctx, &t); err != nil {
			return err
		}
		if err := c.record(ctx, p.ID, TrainCancelled, t.ID, fmt.Sprintf("%s cancelled the train %s: %s", by.Name, t.Name, headway.Shorten(reason, 200)),
			map[string]any{"train": t.Key, "reason": reason}); err != nil {
			return err
		}
		return c.voidStale(ctx, p)
	})
	return t, err
}

// openTrain finds a train that may still be changed.
func (c *change) openTrain(ctx context.Context, p headway.Programme, key string) (headway.Train, error) {
	t, err := c.TrainByKey(ctx, p.ID, key)
	if err != nil {
		return t, unknownAt(err, "train", key)
	}
	if t.State.Terminal() {
		return t, headway.Conflictf("the train %s is %s, and that is final", t.Name, t.State).WithHint("form another train")
	}
	return t, nil
}

// saveTrain stores an open train as it has become, and who changed it.
func (c *change) saveTrain(ctx context.Context, t *headway.Train) error {
	t.Change = c.hand()
	saved, err := c.SaveTrain(ctx, *t, headway.TrainOpen)
	if err == nil && !saved {
		return headway.Conflictf("the train %s has moved on meanwhile", t.Name).WithHint("look at it again")
	}
	return err
}

// statesOf gives the states of a train's releases.
func (c *change) statesOf(ctx context.Context, p headway.Programme, t headway.Train) (map[string]headway.ReleaseState, error) {
	out := map[string]headway.ReleaseState{}
	for _, m := range t.Members {
		r, err := c.Release(ctx, p.ID, m.ReleaseID)
		if err != nil {
			return nil, err
		}
		out[r.ID] = r.State
	}
	return out, nil
}
