package demo

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"

	"timesheet"
	"timesheet/internal/generate"
)

var (
	givenNames  = []string{"Ada", "Amir", "Anna", "Ben", "Carla", "Chen", "Dara", "Elif", "Emil", "Farid", "Greta", "Hana", "Ines", "Ivan", "Jonas", "Katja", "Lea", "Li", "Luca", "Maja", "Mei", "Nils", "Noor", "Olga", "Paul", "Rana", "Rosa", "Sami", "Tara", "Yusuf"}
	familyNames = []string{"Adler", "Bauer", "Castro", "Dubois", "Eriksen", "Fischer", "García", "Hoang", "Ito", "Jansen", "Kaya", "Lindqvist", "Moreau", "Novak", "O'Brien", "Petrov", "Quist", "Rossi", "Schäfer", "Tanaka", "Ulrich", "Varga", "Wang", "Xu", "Yilmaz", "Zimmer", "Ōta"}
	teams       = []string{"Assembly", "Logistics", "Office", "Quality", "Service"}
)

// nightSchedule is that of night workers in the demo's rules.
const nightSchedule = "nights"

// Directory is a directory file of a made-up staff: names, teams, and who works nights.
func Directory(staff *generate.Staff) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	rows := [][]string{{"employee_id", "name", "team", "schedule"}}
	nights := staff.Nights()
	for i, id := range staff.Employees() {
		// Both lists are gone through at steps without a common factor: no name comes twice soon.
		name := givenNames[i*7%len(givenNames)] + " " + familyNames[(i*11+i/len(familyNames))%len(familyNames)]
		schedule := ""
		if slices.Contains(nights, id) {
			schedule = nightSchedule
		}
		rows = append(rows, []string{string(id), name, teams[i%len(teams)], schedule})
	}
	if err := w.WriteAll(rows); err != nil {
		return nil, timesheet.NewError(timesheet.Internal, "write a directory", fmt.Errorf("of the demo: %w", err))
	}
	return b.Bytes(), nil
}
