package http

import (
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// routes are everything that the surface answers.
func (s *Server) routes() *gin.Engine {
	gin.SetMode(gin.ReleaseMode) // its debug mode prints every route
	e := gin.New()
	e.HandleMethodNotAllowed = true
	e.RedirectTrailingSlash = false
	e.UseEscapedPath = true       // an id may contain a slash
	e.UnescapePathValues = false  // gin would read "+" as a space: the handlers unescape
	_ = e.SetTrustedProxies(nil)  // can't fail: nil is no bad address
	e.ContextWithFallback = false // handlers use the request's context
	e.Use(s.observe, s.authorize)
	e.NoRoute(s.page)
	e.NoMethod(func(c *gin.Context) { s.fail(c, failed(kindMethod, "use "+c.Writer.Header().Get("Allow"), nil)) })

	s.registerContract(e)
	e.POST(clockingsPath, s.postClockings)                              // of the contract, written by hand: it is the fast path
	e.POST("/v1/employees/:id/days/:day/corrections", s.postCorrection) // likewise: its body is read strictly
	s.get(e, sessionPath, s.getSession)
	e.POST(sessionPath, s.login)
	e.DELETE(sessionPath, s.logout)
	s.get(e, sessionPath+"/oidc", s.beginLogin)
	e.Match([]string{http.MethodGet, http.MethodHead}, sessionPath+"/oidc/callback", s.endLogin) // what a provider adds is ignored (RFC 6749, 4.1.2)
	s.get(e, "/metrics", gin.WrapH(promhttp.HandlerFor(s.o.Registry, promhttp.HandlerOpts{})))
	s.get(e, "/openapi.json", s.document)
	s.get(e, "/docs", s.docs)
	s.registerAdmin(e)
	return e
}

// registerAdmin registers what isn't in the contract: the page, and the internal routes.
func (s *Server) registerAdmin(e *gin.Engine) {
	get := func(path string, h gin.HandlerFunc) { e.Match([]string{http.MethodGet, http.MethodHead}, path, h) }
	get("/", s.page)
	get("/docs/*file", s.docs)
	get("/v1/admin/dayrules", s.adminDayRules)
	e.PUT("/v1/admin/dayrules", s.adminSetDayRules)
	e.POST("/v1/admin/batches", s.adminBatch)
	get("/v1/admin/export", s.adminExport)
	e.POST("/v1/admin/source/release", s.sourced(s.adminRelease))
	get("/v1/admin/corrections", s.adminCorrections)
	get("/v1/admin/checkpoint", s.adminCheckpoint)
	e.POST("/v1/admin/checkpoint/rewind", s.adminRewind)
	e.POST("/v1/admin/replacements", s.adminReplace)
	get("/v1/admin/floor", s.adminFloor)
	get("/v1/admin/erased", s.adminErased)
	get("/v1/admin/rejected", s.adminRejected)
	e.POST("/v1/admin/rejected", s.adminReject)
	e.DELETE("/v1/admin/rejected", s.adminReadmit)
	get("/v1/admin/rejected/count", s.adminCountRejected)
}
