package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headway"
	"headway/internal/testkit"
)

var noon = testkit.Date("2026-11-23T12:00:00Z")

// withRelease opens a database that holds the programme p with the release r
// and its candidate c, and the foreign programme other.
func withRelease(t *testing.T, run func(t *testing.T, s *Store)) {
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		s, err := Open(t.Context(), Config{Dir: db.Dir, DatabaseURL: db.URL})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		write(t, s, func(ctx context.Context, tx *Tx) error {
			for _, key := range []string{"p", "other"} {
				p := headway.Programme{ID: key, Key: key, Name: key, Zone: "UTC", SlotMinutes: 30, Horizon: 1, CreatedAt: noon}
				if err := tx.PutProgramme(ctx, p); err != nil {
					return err
				}
			}
			return errors.Join(
				tx.exec(ctx, `INSERT INTO teams VALUES ('t', 'p', 't', 'T', 'development', '2026-01-01', 14, '1.0.0', 5)`),
				tx.exec(ctx, `INSERT INTO releases (id, programme_id, team_id, version, component, series, state, sprint_end, due, priority, hotfix, shelved_at, live_at, closed_at, created_at)
					VALUES ('r', 'p', 't', '1.0.0', '', '', 'shelved', 0, '', 0, 0, 0, 0, 0, 0)`),
				tx.exec(ctx, `INSERT INTO candidates VALUES ('c', 'p', 'r', 1, '1.0.0-rc.1', '', '', '{}', '[]', 'sha256:c', 'shelved', '', '', 0, 'u', 'U')`))
		})
		run(t, s)
	})
}

func write(t *testing.T, s *Store, f func(context.Context, *Tx) error) {
	t.Helper()
	if err := s.Write(t.Context(), func(tx *Tx) error { return f(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
}

func sampleDecision(id string, state headway.DecisionState) headway.Decision {
	return headway.Decision{
		ID: id, ProgrammeID: "p", ReleaseID: "r", CandidateID: "c", State: state, Snapshot: []byte(`{"a":1}`), Digest: "sha256:d",
		Rules: []headway.ApprovalRule{{Role: headway.ProductOwner, Count: 1}}, Excluded: []string{"u"}, EnvironmentID: "e",
		Span: headway.Interval{From: noon, To: noon.Add(time.Hour)}, OpenedBy: "u", OpenedByName: "U", OpenedAt: noon, Record: []byte{},
	}
}

func sampleDeployment(id, decision string, state headway.DeploymentState) headway.Deployment {
	return headway.Deployment{
		ID: id, ProgrammeID: "p", ReleaseID: "r", CandidateID: "c", DecisionID: decision, EnvironmentID: "e", Digest: "sha256:d",
		State: state, StartedBy: "u", StartedByName: "U", StartedAt: noon,
	}
}

func sampleStep(id string, position int, state headway.StepState) headway.DeploymentStep {
	return headway.DeploymentStep{
		ID: id, DeploymentID: "deployment", Position: position, Attempt: 1, State: state, StartedAt: noon,
		Step: headway.RunbookStep{Key: "go", Title: "Go", Phase: headway.PhaseDeploy, Kind: headway.StepHTTP, URL: "http://127.0.0.1/"},
	}
}

func TestDecisionsAndDeploymentsComeBackAsStored(t *testing.T) {
	withRelease(t, func(t *testing.T, s *Store) {
		d, dep, step := sampleDecision("decision", headway.DecisionOpen), sampleDeployment("deployment", "decision", headway.DeploymentRunning), sampleStep("step", 1, headway.StepWaiting)
		a := headway.Approval{ID: "a", DecisionID: d.ID, Digest: d.Digest, Role: headway.ProductOwner, UserID: "v", Name: "V", Verdict: headway.Approve, Note: "fine", At: noon}
		write(t, s, func(ctx context.Context, tx *Tx) error {
			return errors.Join(tx.AddDecision(ctx, d), tx.AddApproval(ctx, a), tx.AddDeployment(ctx, dep), tx.AddDeploymentStep(ctx, step))
		})
		err := s.Read(t.Context(), func(q Q) error {
			ctx := t.Context()
			gotD, err1 := q.Decision(ctx, "p", "decision")
			gotA, err2 := q.Approvals(ctx, "decision")
			gotDep, err3 := q.DeploymentOfDecision(ctx, "p", "decision")
			gotStep, programme, err4 := q.DeploymentStep(ctx, "step")
			for _, diff := range []string{cmp.Diff(d, gotD), cmp.Diff([]headway.Approval{a}, gotA), cmp.Diff(dep, gotDep), cmp.Diff(step, gotStep), cmp.Diff("p", programme)} {
				if diff != "" {
					t.Error(diff)
				}
			}
			_, foreign1 := q.Decision(ctx, "other", "decision")
			_, foreign2 := q.Deployment(ctx, "other", "deployment")
			for _, err := range []error{foreign1, foreign2} {
				if headway.KindOf(err) != headway.NotFound {
					t.Errorf("another programme sees it: %v", err)
				}
			}
			return errors.Join(err1, err2, err3, err4)
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestOneVerdictAPersonOneDeploymentADecisionOneRowAnAttempt(t *testing.T) {
	withRelease(t, func(t *testing.T, s *Store) {
		write(t, s, func(ctx context.Context, tx *Tx) error {
			return errors.Join(tx.AddDecision(ctx, sampleDecision("decision", headway.DecisionOpen)),
				tx.AddApproval(ctx, headway.Approval{ID: "a", DecisionID: "decision", UserID: "v", At: noon}),
				tx.AddDeployment(ctx, sampleDeployment("deployment", "decision", headway.DeploymentRunning)),
				tx.AddDeploymentStep(ctx, sampleStep("step", 1, headway.StepWaiting)))
		})
		twice := map[string]func(context.Context, *Tx) error{
			"verdict": func(ctx context.Context, tx *Tx) error {
				return tx.AddApproval(ctx, headway.Approval{ID: "b", DecisionID: "decision", UserID: "v", At: noon})
			},
			"deployment": func(ctx context.Context, tx *Tx) error {
				return tx.AddDeployment(ctx, sampleDeployment("again", "decision", headway.DeploymentRunning))
			},
			"attempt": func(ctx context.Context, tx *Tx) error {
				return tx.AddDeploymentStep(ctx, sampleStep("again", 1, headway.StepWaiting))
			},
		}
		for name, f := range twice {
			err := s.Write(t.Context(), func(tx *Tx) error { return f(t.Context(), tx) })
			if headway.KindOf(err) != headway.Conflict {
				t.Errorf("a second %s: %v", name, err)
			}
		}
	})
}

// TestTerminalStatesNeverMove shows that the database itself refuses, whatever
// statement asks.
func TestTerminalStatesNeverMove(t *testing.T) {
	withRelease(t, func(t *testing.T, s *Store) {
		write(t, s, func(ctx context.Context, tx *Tx) error {
			if err := errors.Join(tx.AddDecision(ctx, sampleDecision("decision", headway.DecisionGo)),
				tx.AddDeployment(ctx, sampleDeployment("deployment", "decision", headway.DeploymentRunning))); err != nil {
				return err
			}
			for i, st := range []headway.StepState{headway.StepSucceeded, headway.StepFailed, headway.StepSkipped} {
				if err := tx.AddDeploymentStep(ctx, sampleStep("step-"+string(st), i, st)); err != nil {
					return err
				}
			}
			for _, st := range []headway.DecisionState{headway.DecisionNoGo, headway.DecisionVoid, headway.DecisionDeployed} {
				if err := tx.AddDecision(ctx, sampleDecision("decision-"+string(st), st)); err != nil {
					return err
				}
			}
			for i, st := range []headway.DeploymentState{headway.DeploymentSucceeded, headway.DeploymentRolledBack, headway.DeploymentAbandoned} {
				decision := sampleDecision(fmt.Sprint("for-", i), headway.DecisionGo)
				if err := errors.Join(tx.AddDecision(ctx, decision), tx.AddDeployment(ctx, sampleDeployment("deployment-"+string(st), decision.ID, st))); err != nil {
					return err
				}
			}
			return nil
		})
		for table, states := range map[string][]string{
			"decisions":        {"no-go", "void", "deployed"},
			"deployments":      {"succeeded", "rolled-back", "abandoned"},
			"deployment_steps": {"succeeded", "failed", "skipped"},
		} {
			for _, state := range states {
				err := s.Write(t.Context(), func(tx *Tx) error {
					return tx.exec(t.Context(), `UPDATE `+table+` SET state = 'open' WHERE state = $1`, state)
				})
				if headway.KindOf(err) != headway.Conflict {
					t.Errorf("%s moved out of %s: %v", table, state, err)
				}
			}
		}
	})
}

func TestOneOfManyClaimersGetsTheStep(t *testing.T) {
	withRelease(t, func(t *testing.T, s *Store) {
		write(t, s, func(ctx context.Context, tx *Tx) error {
			return errors.Join(tx.AddDecision(ctx, sampleDecision("decision", headway.DecisionGo)),
				tx.AddDeployment(ctx, sampleDeployment("deployment", "decision", headway.DeploymentRunning)),
				tx.AddDeploymentStep(ctx, sampleStep("step", 1, headway.StepWaiting)))
		})
		var wg sync.WaitGroup
		won := make(chan string, 8)
		for i := range 8 {
			wg.Go(func() {
				token := fmt.Sprint("token-", i)
				err := s.Write(t.Context(), func(tx *Tx) error {
					ok, err := tx.ClaimStep(t.Context(), headway.DeploymentStep{ID: "step", Token: token, Owner: "node", StartedAt: noon, LeaseUntil: noon.Add(time.Minute)})
					if ok {
						won <- token
					}
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		close(won)
		var winners []string
		for w := range won {
			winners = append(winners, w)
		}
		if len(winners) != 1 {
			t.Fatalf("%d claimers hold the step: %v", len(winners), winners)
		}
		write(t, s, func(ctx context.Context, tx *Tx) error {
			if held, err := tx.FinishStep(ctx, headway.DeploymentStep{ID: "step", Token: "token-of-another", State: headway.StepSucceeded, EndedAt: noon}); held || err != nil {
				t.Errorf("a foreign token finished the step: %v", err)
			}
			if held, err := tx.ExtendLease(ctx, "step", winners[0], noon.Add(2*time.Minute), noon.Add(time.Hour)); held || err != nil {
				t.Errorf("a lease that had passed was extended: %v", err)
			}
			expired, err := tx.ExpiredSteps(ctx, noon.Add(time.Minute), 10)
			if err != nil || len(expired) != 1 {
				t.Errorf("%d expired steps, %v", len(expired), err)
			}
			if held, err := tx.FinishStep(ctx, headway.DeploymentStep{ID: "step", Token: winners[0], State: headway.StepUnknown, EndedAt: noon}); !held || err != nil {
				t.Errorf("the holder could not finish: %v", err)
			}
			if held, err := tx.FinishStep(ctx, headway.DeploymentStep{ID: "step", Token: winners[0], State: headway.StepSucceeded, EndedAt: noon}); held || err != nil {
				t.Errorf("a late answer moved an unknown step: %v", err)
			}
			return nil
		})
	})
}

func TestStopsOfProgrammeAndInstance(t *testing.T) {
	withRelease(t, func(t *testing.T, s *Store) {
		mine := headway.Stop{ProgrammeID: "p", Reason: "fire", By: "u", ByName: "U", At: noon}
		all := headway.Stop{Reason: "flood", By: "u", ByName: "U", At: noon}
		write(t, s, func(ctx context.Context, tx *Tx) error {
			for _, want := range []bool{true, false} {
				for _, stop := range []headway.Stop{mine, all} {
					if set, err := tx.SetStop(ctx, stop); set != want || err != nil {
						t.Errorf("set %q: %v %v, want %v", stop.Reason, set, err, want)
					}
				}
			}
			got, err := tx.Stops(ctx, "p")
			if diff := cmp.Diff([]headway.Stop{mine, all}, got); diff != "" {
				t.Error(diff)
			}
			other, err2 := tx.Stops(ctx, "other")
			if diff := cmp.Diff([]headway.Stop{all}, other); diff != "" {
				t.Error(diff)
			}
			lifted1, err3 := tx.LiftStop(ctx, "p")
			lifted2, err4 := tx.LiftStop(ctx, "")
			again, err5 := tx.LiftStop(ctx, "")
			if !lifted1 || !lifted2 || again {
				t.Errorf("lifted %v %v, again %v", lifted1, lifted2, again)
			}
			left, err6 := tx.Stops(ctx, "p")
			if len(left) != 0 {
				t.Errorf("left: %v", left)
			}
			return errors.Join(err, err2, err3, err4, err5, err6)
		})
	})
}

// TestStepsOfTheNewestDeploymentsTellHowLongTheyTook keeps three deployments;
// what the oldest took isn't read when two are asked for, and neither is a step
// that failed, or the second attempt at one.
func TestStepsOfTheNewestDeploymentsTellHowLongTheyTook(t *testing.T) {
	withRelease(t, func(t *testing.T, s *Store) {
		write(t, s, func(ctx context.Context, tx *Tx) error {
			for i := range 3 {
				d := sampleDecision(fmt.Sprint("decision", i), headway.DecisionDeployed)
				dep := sampleDeployment(fmt.Sprint("deployment", i), d.ID, headway.DeploymentSucceeded)
				dep.StartedAt = noon.Add(time.Duration(i) * time.Hour)
				if err := errors.Join(tx.AddDecision(ctx, d), tx.AddDeployment(ctx, dep)); err != nil {
					return err
				}
				for n, state := range []headway.StepState{headway.StepSucceeded, headway.StepSucceeded, headway.StepFailed, headway.StepSucceeded} {
					step := sampleStep(fmt.Sprint("step", i, n), n+1, state)
					step.DeploymentID, step.StartedAt = dep.ID, dep.StartedAt
					step.EndedAt = step.StartedAt.Add(time.Duration(i*10+n+1) * time.Minute)
					step.Step.Key = fmt.Sprint("go-", n)
					if n == 1 {
						step.Step.Volume = &headway.Volume{Fact: "data-gb", PerMinute: 2}
					}
					if n == 3 {
						step.Attempt = 2
					}
					if err := tx.AddDeploymentStep(ctx, step); err != nil {
						return err
					}
				}
			}
			return nil
		})
		read := func(deployments, steps int) (out []string) {
			err := s.Read(t.Context(), func(q Q) error {
				times, err := q.StepTimes(t.Context(), "p", deployments, steps)
				for _, took := range times {
					text := fmt.Sprint(took.Step.Key, " ", took.Ended.Sub(took.Started))
					if v := took.Step.Volume; v != nil {
						text += " by " + v.Fact
					}
					out = append(out, text)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		if diff := cmp.Diff([]string{"go-1 22m0s by data-gb", "go-0 21m0s", "go-1 12m0s by data-gb", "go-0 11m0s"}, read(2, 100)); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]string{"go-1 22m0s by data-gb", "go-0 21m0s", "go-1 12m0s by data-gb"}, read(3, 3)); diff != "" {
			t.Error(diff)
		}
	})
}
