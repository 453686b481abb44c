package main

import "testing"

func TestCrowd(t *testing.T) {
	for name, c := range map[string]struct {
		active []int
		gone   []bool
	}{
		"a_crowd_that_is_gone_is_told_once":         {[]int{0, 5000, 5000, 0, 0, 0, 0}, []bool{false, false, false, false, true, false, false}},
		"one_that_is_still_going_is_not":            {[]int{5000, 2000, 1000, 500, 500}, []bool{false, false, false, false, true}},
		"half_of_it_is_enough_to_stay":              {[]int{5000, 2500, 2500}, []bool{false, false, false}},
		"the_next_crowd_counts_again":               {[]int{5000, 9, 9, 5000, 9, 9}, []bool{false, false, true, false, false, true}},
		"few_employees_are_not_worth_the_trouble":   {[]int{999, 0, 0}, []bool{false, false, false}},
		"who_comes_back_at_once_finds_all_in_place": {[]int{5000, 0, 5000, 5000}, []bool{false, false, false, false}},
	} {
		t.Run(name, func(t *testing.T) {
			var k crowd
			for i, n := range c.active {
				if got := k.gone(n); got != c.gone[i] {
					t.Errorf("look %d, %d active: %v, want %v", i, n, got, c.gone[i])
				}
			}
		})
	}
}
