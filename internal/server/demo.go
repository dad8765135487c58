package server

import (
	"context"

	"headway/internal/demo"
)

// FillDemo fills the instance with the sample programme and gives its
// throw-away accounts; none when it has been filled before.
func (i *Instance) FillDemo(ctx context.Context) ([]demo.Account, error) {
	return demo.Fill(ctx, i.deps)
}
