package app

import (
	"context"
	"fmt"
	"strings"

	"headway"
)

// NoTrain stands for the next train of a release that goes by itself.
const NoTrain = "none"

// MissTrain lets a release miss its train.
type MissTrain struct {
	Team, Version string // of the release
	Reason        string
	Next          string // key of the train that it takes; empty: the next one, if there is one; NoTrain: it goes by itself
}

// MissTrain takes a release out of its train: the others go without it, and it
// takes the next train. Go/no-gos that decided on something else by that, its
// own first of all, are void.
func (a *App) MissTrain(ctx context.Context, by headway.Actor, programme string, in MissTrain) (t headway.Train, m headway.TrainMember, err error) {
	err = a.changeIn(ctx, by, programme, headway.EditTrain, func(c *change, p headway.Programme) error {
		r, err := c.look().releaseNamed(ctx, p, in.Team+"/"+in.Version)
		if err != nil {
			return err
		}
		t, m, err = c.missTrain(ctx, p, r, in.Reason, in.Next)
		return err
	})
	return t, m, err
}

func (c *change) missTrain(ctx context.Context, p headway.Programme, r headway.Release, reason, next string) (t headway.Train, m headway.TrainMember, err error) {
	if t, err = trainOf(ctx, c.Q, p, r.ID); err != nil {
		return t, m, err
	}
	if t.ID == "" {
		return t, m, headway.NotFoundf("release %s rides in no train", r.Version).WithHint("headway train list shows who rides where")
	}
	if m, err = t.Miss(r, strings.TrimSpace(reason)); err != nil {
		return t, m, err
	}
	to, err := c.nextTrain(ctx, p, t, next)
	if err != nil {
		return t, m, err
	}
	m.Next, m.By, m.ByName, m.At = to.Key, c.by.UserID, c.by.Name, c.now
	if err := c.PutTrainMember(ctx, m); err != nil {
		return t, m, err
	}
	team, err := c.Team(ctx, p.ID, r.TeamID)
	if err != nil {
		return t, m, err
	}
	text := fmt.Sprintf("%s misses the train %s: %s", nameRelease(team, r), t.Name, headway.Shorten(m.Reason, 200))
	if to.ID == "" {
		text += "; it goes by itself"
	}
	if err := c.record(ctx, p.ID, TrainMissed, r.ID, text, map[string]any{"train": t.Key, "reason": m.Reason, "next": to.Key}); err != nil {
		return t, m, err
	}
	if to.ID != "" {
		if err := c.join(ctx, p, &to, r, 0, "it missed the train "+t.Name); err != nil {
			return t, m, err
		}
	}
	if !t.State.Terminal() {
		if t, err = c.TrainByKey(ctx, p.ID, t.Key); err != nil {
			return t, m, err
		}
		if err := c.saveTrain(ctx, &t); err != nil {
			return t, m, err
		}
		if err := c.arrive(ctx, p, t); err != nil {
			return t, m, err
		}
	}
	return t, m, c.voidStale(ctx, p)
}

// nextTrain finds the train that a release takes which has missed one; its ID
// is empty when it goes by itself.
func (c *change) nextTrain(ctx context.Context, p headway.Programme, missed headway.Train, named string) (headway.Train, error) {
	switch named {
	case NoTrain:
		return headway.Train{}, nil
	case missed.Key:
		return headway.Train{}, headway.Invalidf("next", "that is the train that it misses").WithHint("name another one, or %s", NoTrain)
	case "":
		open, err := c.Trains(ctx, p.ID, headway.TrainOpen, allTrains)
		if err != nil {
			return headway.Train{}, err
		}
		next, _ := headway.NextTrain(open, missed)
		return next, nil
	}
	return c.openTrain(ctx, p, named)
}

// allTrains is more than a programme has open at once.
const allTrains = 1000

// arrive closes a train whose last member has reached production.
func (c *change) arrive(ctx context.Context, p headway.Programme, t headway.Train) error {
	if t.ID == "" || t.State.Terminal() {
		return nil
	}
	states, err := c.statesOf(ctx, p, t)
	if err != nil || !t.HasArrived(states) {
		return err
	}
	t.State, t.ClosedAt = headway.TrainArrived, c.now
	if saved, err := c.SaveTrain(ctx, t, headway.TrainOpen); err != nil || !saved {
		return err
	}
	return c.record(ctx, p.ID, TrainArrived, t.ID, fmt.Sprintf("The train %s is in production with all its members", t.Name), map[string]any{"train": t.Key})
}
