package app

import (
	"context"
	"fmt"
	"slices"

	"headway"
	"headway/internal/store"
)

// NewFeed describes an address for a calendar program.
type NewFeed struct {
	Programme string // key
	Name      string // where it will be read
	Kinds     []CalendarKind
}

// FeedKinds lists what a feed may hold, in the order in which it is offered.
func FeedKinds() []CalendarKind {
	return []CalendarKind{
		CalendarWindow, CalendarFreeze, CalendarBooking, CalendarDeployment, CalendarLive, CalendarPlanned, CalendarSprint, CalendarHoliday, CalendarAbsence,
	}
}

// UsualFeed is what a feed holds whose maker names nothing.
func UsualFeed() []CalendarKind { return FeedKinds()[:6] }

// AddFeed makes an address at which a calendar program reads a programme's
// calendar as its maker sees it. The address is given this once.
func (a *App) AddFeed(ctx context.Context, by headway.Actor, in NewFeed) (headway.Feed, headway.Secret, error) {
	var f headway.Feed
	if by.Kind != headway.ActorPerson {
		return f, headway.Secret{}, headway.Errorf(headway.Forbidden, "only a signed-in person makes calendar addresses: they outlive a token").
			WithHint("sign in, or give your address and password")
	}
	if err := headway.CheckName("name", in.Name); err != nil {
		return f, headway.Secret{}, err
	}
	if len(in.Kinds) == 0 {
		in.Kinds = UsualFeed()
	}
	for _, k := range in.Kinds {
		if !slices.Contains(FeedKinds(), k) {
			return f, headway.Secret{}, headway.Invalidf("kinds", "%q is nothing that a calendar holds", headway.Shorten(string(k), 40)).WithHint("use some of %v", FeedKinds())
		}
	}
	secret, hash, err := a.drawSecret("hwcal_")
	if err != nil {
		return f, headway.Secret{}, err
	}
	err = a.changeIn(ctx, by, in.Programme, headway.ViewProgramme, func(c *change, p headway.Programme) error {
		mine, err := feedsIn(ctx, c.Q, by, p)
		if err != nil {
			return err
		}
		if len(mine) >= headway.MaxFeeds {
			return headway.Conflictf("you have %d calendar addresses of this programme already", len(mine)).WithHint("revoke one that nobody reads")
		}
		f = headway.Feed{ID: a.newID(), ProgrammeID: p.ID, UserID: by.UserID, Name: in.Name, CreatedAt: c.now}
		for _, k := range in.Kinds {
			f.Kinds = append(f.Kinds, string(k))
		}
		if err := c.AddFeed(ctx, f, hash); err != nil {
			return err
		}
		return c.record(ctx, p.ID, FeedAdded, f.ID, fmt.Sprintf("%s made the calendar address %q", by.Name, f.Name), map[string]any{"kinds": f.Kinds})
	})
	return f, a.feedAddress(secret), err
}

// feedAddress is where a feed is read; whoever knows it can read it.
func (a *App) feedAddress(secret headway.Secret) headway.Secret {
	return headway.NewSecret(a.publicURL() + "/calendar/" + secret.Reveal() + ".ics")
}

// FeedWithPassword makes a calendar address for somebody who has no browser at hand.
func (a *App) FeedWithPassword(ctx context.Context, who Credentials, in NewFeed) (headway.Feed, headway.Secret, error) {
	by, err := a.personOf(ctx, who)
	if err != nil {
		return headway.Feed{}, headway.Secret{}, err
	}
	return a.AddFeed(ctx, by, in)
}

// personOf finds who a password belongs to, with what they may do.
func (a *App) personOf(ctx context.Context, who Credentials) (by headway.Actor, err error) {
	u, err := a.identify(ctx, who)
	if err != nil {
		return by, err
	}
	err = a.store.Read(ctx, func(q store.Q) error {
		by, err = actorOf(ctx, q, u.ID)
		return err
	})
	return by, err
}

// FeedsView lists the actor's calendar addresses of a programme that hold.
func (a *App) FeedsView(ctx context.Context, by headway.Actor, programme string) (out []headway.Feed, err error) {
	err = a.lookIn(ctx, by, programme, headway.ViewProgramme, func(q store.Q, p headway.Programme) error {
		out, err = feedsIn(ctx, q, by, p)
		return err
	})
	return out, err
}

func feedsIn(ctx context.Context, q store.Q, by headway.Actor, p headway.Programme) ([]headway.Feed, error) {
	mine, err := q.Feeds(ctx, by.UserID)
	return slices.DeleteFunc(mine, func(f headway.Feed) bool { return f.ProgrammeID != p.ID }), err
}

// RevokeFeed ends a calendar address of the actor at once.
func (a *App) RevokeFeed(ctx context.Context, by headway.Actor, id string) error {
	if by.Kind != headway.ActorPerson {
		return headway.Errorf(headway.Forbidden, "only a signed-in person ends calendar addresses").WithHint("sign in, or give your address and password")
	}
	return a.change(ctx, by, func(c *change) error {
		mine, err := c.Feeds(ctx, by.UserID)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(mine, func(f headway.Feed) bool { return f.ID == id })
		if i < 0 {
			return headway.NotFoundf("there is no calendar address %q of yours that holds", headway.Shorten(id, 60)).WithHint("`headway feed list` shows them")
		}
		if _, err := c.Tx.RevokeFeed(ctx, by.UserID, id, c.now); err != nil {
			return err
		}
		return c.record(ctx, mine[i].ProgrammeID, FeedRevoked, id, fmt.Sprintf("%s revoked the calendar address %q", by.Name, mine[i].Name), nil)
	})
}

// RevokeFeedWithPassword ends a calendar address of somebody who has no browser at hand.
func (a *App) RevokeFeedWithPassword(ctx context.Context, who Credentials, id string) error {
	by, err := a.personOf(ctx, who)
	if err != nil {
		return err
	}
	return a.RevokeFeed(ctx, by, id)
}
