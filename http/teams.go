package http

import (
	"context"
	"maps"
	"slices"

	"timesheet/http/contract"
)

// GetTeams answers the teams of a day, of the people whom the caller may see.
func (s contractOperations) GetTeams(ctx context.Context, r contract.GetTeamsRequestObject) (contract.GetTeamsResponseObject, error) {
	rules, err := s.inForce()
	if err != nil {
		return nil, err
	}
	day, err := dayOr("day", r.Params.Day, rules.days.For("").Day(s.now()))
	if err != nil {
		return nil, err
	}
	seen, members := reach(ctx), make(map[string]int64)
	for p := range rules.Directory.On(day) {
		if p.Team != "" && seen.Sees(p) {
			members[p.Team]++
		}
	}
	answer := contract.Teams{Day: day.String(), Teams: make([]struct {
		Employees int64  `json:"employees"`
		Name      string `json:"name"`
	}, 0, len(members))}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		answer.Teams = append(answer.Teams, struct {
			Employees int64  `json:"employees"`
			Name      string `json:"name"`
		}{members[name], name})
	}
	return contract.GetTeams200JSONResponse(answer), nil
}
