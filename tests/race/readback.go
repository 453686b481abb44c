package main

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/gin-gonic/gin"
	goredis "github.com/redis/go-redis/v9"

	"timesheet"
)

// shown is an entry as the service shows it, of which only what is compared.
type shown struct {
	EmployeeID string        `json:"employee_id"`
	Day        timesheet.Day `json:"day"`
	Earliest   string        `json:"earliest"`
	Latest     string        `json:"latest"`
}

// board answers all entries of a day in one page, so that one oracle reads all
// contestants.
func (b *baseline) board(c *gin.Context) {
	day, err := timesheet.ParseDay(c.Param("day"))
	if err != nil {
		c.JSON(http.StatusBadRequest, gin.H{"error": err.Error()})
		return
	}
	kept, err := b.day(c.Request.Context(), day)
	if err != nil {
		c.JSON(http.StatusServiceUnavailable, gin.H{"error": err.Error()})
		return
	}
	entries := make([]shown, len(kept))
	for i, e := range kept {
		entries[i] = shown{string(e.Employee), e.Day, e.Earliest.Format(time.UTC), e.Latest.Format(time.UTC)}
	}
	c.JSON(http.StatusOK, gin.H{"entries": entries, "next": nil, "as_of": nil})
}

// day reads what a keeper wrote, straight from Redis.
func (b *baseline) day(ctx context.Context, day timesheet.Day) ([]timesheet.Entry, error) {
	keys, err := b.keys(ctx, prefixOf(day)+"*")
	if err != nil {
		return nil, err
	}
	answers := make([]*goredis.SliceCmd, len(keys))
	_, err = b.redis.Pipelined(ctx, func(p goredis.Pipeliner) error {
		for i, key := range keys {
			answers[i] = p.HMGet(ctx, key, fieldFirst, fieldLast)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	kept := make([]timesheet.Entry, len(keys))
	for i, key := range keys {
		fields := answers[i].Val()
		first, _ := fields[0].(string)
		last, _ := fields[1].(string)
		s, err := parseSpan(first, last)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
		employee := timesheet.EmployeeID(key[len(prefixOf(day)):])
		kept[i] = timesheet.Entry{Employee: employee, Day: day, Earliest: s.first, Latest: s.last}
	}
	return kept, nil
}

// keys are those that match, sorted and each once, which a scan doesn't promise.
func (b *baseline) keys(ctx context.Context, pattern string) ([]string, error) {
	var all []string
	for cursor := uint64(0); ; {
		keys, next, err := b.redis.Scan(ctx, cursor, pattern, 10_000).Result()
		if err != nil {
			return nil, err
		}
		all = append(all, keys...)
		if cursor = next; next == 0 {
			slices.Sort(all)
			return slices.Compact(all), nil
		}
	}
}
