package http

// Routes are the methods and paths that s knows, such as "GET /v1/days/:day".
func (s *Server) Routes() []string {
	var all []string
	for _, r := range s.engine.Routes() {
		all = append(all, r.Method+" "+r.Path)
	}
	return all
}
