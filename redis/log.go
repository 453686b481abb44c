package redis

import (
	"context"
	"fmt"
	"log/slog"
	"sync"

	goredis "github.com/redis/go-redis/v9"
)

// quieten sends go-redis's own log, which is one for the process and goes to stderr
// by default, to slog as debug messages: what matters comes back as an error.
var quieten = sync.OnceFunc(func() { goredis.SetLogger(debugLog{}) })

type debugLog struct{}

func (debugLog) Printf(ctx context.Context, format string, v ...any) {
	if slog.Default().Enabled(ctx, slog.LevelDebug) {
		slog.DebugContext(ctx, "go-redis", "says", fmt.Sprintf(format, v...))
	}
}
