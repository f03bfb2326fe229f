// Package promql runs a script of Prometheus' own tests: series, queries, and what these
// have to give.
package promql

import (
	"os"
	"testing"

	"github.com/prometheus/prometheus/promql/promqltest"
)

func TestScript(t *testing.T) {
	script, err := os.ReadFile(os.Getenv("SCRIPT"))
	if err != nil {
		t.Fatal(err)
	}
	engine := promqltest.NewTestEngine(t, false, 0, 1_000_000)
	promqltest.RunTest(t, string(script), engine)
}
