package app

import (
	"context"
	"fmt"

	"headway"
)

// JoinTrain puts a release on a train.
type JoinTrain struct {
	Train         string // key
	Team, Version string // of the release
	Position      int    // 0: behind all others
}

// JoinTrain puts a release on a train, or moves it to another place in it. The
// go/no-gos that decided on something else by that are void.
func (a *App) JoinTrain(ctx context.Context, by headway.Actor, programme string, in JoinTrain) (headway.Train, error) {
	var t headway.Train
	err := a.changeIn(ctx, by, programme, headway.EditTrain, func(c *change, p headway.Programme) (err error) {
		if t, err = c.openTrain(ctx, p, in.Train); err != nil {
			return err
		}
		r, err := c.look().releaseNamed(ctx, p, in.Team+"/"+in.Version)
		if err != nil {
			return err
		}
		if err := c.leaveArrived(ctx, p, r, t); err != nil {
			return err
		}
		if err := c.join(ctx, p, &t, r, in.Position, fmt.Sprintf("%s put it there", by.Name)); err != nil {
			return err
		}
		return c.voidStale(ctx, p)
	})
	return t, err
}

// leaveArrived frees a release that rides in another train which has arrived: it
// was rolled back since. One that rides in an open train has to miss that first.
func (c *change) leaveArrived(ctx context.Context, p headway.Programme, r headway.Release, to headway.Train) error {
	other, err := trainOf(ctx, c.Q, p, r.ID)
	if err != nil || other.ID == "" || other.ID == to.ID {
		return err
	}
	if !other.State.Terminal() {
		return headway.Conflictf("release %s rides in the train %s", r.Version, other.Name).
			WithHint("let it miss that one: headway train miss --next %s", to.Key)
	}
	m, err := other.Miss(r, "it was taken out of production again")
	if err != nil {
		return err
	}
	m.Next, m.By, m.ByName, m.At = to.Key, c.by.UserID, c.by.Name, c.now
	return c.PutTrainMember(ctx, m)
}

// join stores a release as a member of an open train.
func (c *change) join(ctx context.Context, p headway.Programme, t *headway.Train, r headway.Release, position int, why string) error {
	states, err := c.statesOf(ctx, p, *t)
	if err != nil {
		return err
	}
	m, err := t.Join(r, position, states)
	if err != nil {
		return err
	}
	m.By, m.ByName, m.At = c.by.UserID, c.by.Name, c.now
	if err := c.PutTrainMember(ctx, m); err != nil {
		return err
	}
	if err := c.saveTrain(ctx, t); err != nil {
		return err
	}
	if *t, err = c.TrainByKey(ctx, p.ID, t.Key); err != nil {
		return err
	}
	team, err := c.Team(ctx, p.ID, r.TeamID)
	if err != nil {
		return err
	}
	return c.record(ctx, p.ID, TrainJoined, r.ID, fmt.Sprintf("%s rides in the train %s, place %d: %s", nameRelease(team, r), t.Name, m.Position, why),
		map[string]any{"train": t.Key, "position": m.Position})
}
