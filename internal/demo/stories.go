package demo

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"headway"
)

// toShelved leaves a first candidate on the shelf.
func (f *filler) toShelved(ctx context.Context, s *story) error {
	f.day(s, 0, 17.5)
	return f.shelve(ctx, s, 1)
}

// toProving stops in the middle of the work, with a regression that passed. An
// attempt to go below the minimum gap was refused.
func (f *filler) toProving(ctx context.Context, s *story) error {
	if err := f.toShelved(ctx, s); err != nil {
		return err
	}
	if err := f.tooEarly(ctx, s); err != nil {
		return err
	}
	if err := f.work(ctx, s, 3); err != nil {
		return err
	}
	run, err := f.report(ctx, s, "regression.xml", junit(f.random, s.team, 180, 0))
	if err != nil {
		return err
	}
	log := strings.NewReader("09:12:44 WARN pool of connections is full, waited 4.8 s\n")
	if _, err := f.app.AttachToEvidence(ctx, f.actors[headway.Operations], Key, run.Evidence.ID, "server.log", log); err != nil {
		return err
	}
	if err := f.extras(ctx, s, true); err != nil {
		return err
	}
	return f.manual(ctx, s)
}

// toSecondCandidate fails the regression, which opens a defect, and shelves the fix.
func (f *filler) toSecondCandidate(ctx context.Context, s *story) error {
	if err := f.toShelved(ctx, s); err != nil {
		return err
	}
	if err := f.work(ctx, s, 3); err != nil {
		return err
	}
	judged, err := f.report(ctx, s, "regression.xml", junit(f.random, s.team, 178, 1))
	if err != nil {
		return err
	}
	var fixes []string
	for _, d := range judged.Opened {
		fixes = append(fixes, fmt.Sprintf("D-%d", d.Number))
	}
	f.at(f.clock.Add(20 * time.Hour))
	return f.shelve(ctx, s, 2, fixes...)
}

// toApproved waits for its window.
func (f *filler) toApproved(ctx context.Context, s *story) error {
	if err := f.prove(ctx, s); err != nil {
		return err
	}
	f.at(f.now) // the next window lies ahead
	if err := f.overrideSoak(ctx, s); err != nil {
		return err
	}
	_, err := f.decide(ctx, s, time.Time{})
	return err
}

// toLive is in production, with hypercare going on.
func (f *filler) toLive(ctx context.Context, s *story) error {
	if err := f.prove(ctx, s); err != nil {
		return err
	}
	d, err := f.decide(ctx, s, time.Time{})
	if err != nil {
		return err
	}
	if _, err := f.deploy(ctx, d, ""); err != nil {
		return err
	}
	return f.finishKind(ctx, s, headway.KindDeployment)
}

// toClosed is live, and its hypercare is over.
func (f *filler) toClosed(ctx context.Context, s *story) error {
	if err := f.toLive(ctx, s); err != nil {
		return err
	}
	f.at(f.clock.Add(40 * time.Hour))
	if err := f.finishKind(ctx, s, headway.KindSupport); err != nil {
		return err
	}
	_, err := f.app.CloseRelease(ctx, f.actors[headway.Operations], Key, s.team, s.r.Version)
	return err
}

// toRolledBack fails its smoke check and goes back.
func (f *filler) toRolledBack(ctx context.Context, s *story) error {
	if err := f.prove(ctx, s); err != nil {
		return err
	}
	d, err := f.decide(ctx, s, time.Time{})
	if err != nil {
		return err
	}
	dep, err := f.deploy(ctx, d, "smoke")
	if err != nil {
		return err
	}
	if dep, err = f.app.RollbackDeployment(ctx, f.actors[headway.Operations], Key, dep.ID, "The smoke check failed and the window is too short for a fix"); err != nil {
		return err
	}
	return f.walk(ctx, dep, "", "")
}

func (f *filler) finishKind(ctx context.Context, s *story, kind headway.ActivityKind) error {
	open, err := f.items(ctx, s)
	if err != nil {
		return err
	}
	for _, i := range open {
		if i.Kind == kind {
			if err := f.finishItem(ctx, i); err != nil {
				return err
			}
		}
	}
	return nil
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
