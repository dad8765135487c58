package demo

import (
	"context"
	"time"

	"headway"
	"headway/internal/app"
)

// scenarios keeps two what-ifs beside the draft: one that costs money, one that somebody fears.
func (f *filler) scenarios(ctx context.Context) error {
	monday := headway.DateOf(f.now).AddDays(1)
	for monday.Weekday() != time.Monday {
		monday = monday.AddDays(1)
	}
	for _, s := range []app.KeepScenario{
		{
			Key: "two-more-testers", Name: "Two more testers for four weeks", Note: "An offer by a supplier; the product owners decide on Monday.",
			Changes: headway.WhatIf{People: []headway.WhatIfPerson{{Skills: []headway.Skill{headway.SkillQA}, Count: 2, From: monday, To: monday.AddDays(25)}}},
		},
		{
			Key: "olga-away", Name: "Olga Marsh away for a week", Note: "The auditors may need her.",
			Changes: headway.WhatIf{Absences: []headway.WhatIfAbsence{{Person: "olga", From: monday, To: monday.AddDays(4)}}},
		},
	} {
		if _, err := f.app.KeepScenario(ctx, f.actors[headway.ReleaseManager], Key, s); err != nil {
			return err
		}
	}
	return nil
}
