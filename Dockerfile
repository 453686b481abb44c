# syntax=docker/dockerfile:1
# Build: docker build --build-arg VERSION=$(git describe --tags --always) -t timesheet .
# Run:   docker run -v timesheet:/data -p 127.0.0.1:8080:8080 -e TIMESHEET_TIME_ZONE=Europe/Berlin \
#          -e TIMESHEET_LISTEN=0.0.0.0:8080 -e TIMESHEET_INSECURE_LISTEN=true timesheet
# It listens on the container's own loopback unless told otherwise, as here.
FROM golang:1.26.8-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=dev
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=${VERSION}" -o /out/timesheet ./cmd/timesheet \
 && mkdir -p /out/data

# Nothing but the binary (it embeds the time zones), the certificate authorities that
# rediss:// needs, and an empty /data that the unprivileged user may write.
FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build --chown=65532:65532 /out/data /data
COPY --from=build /out/timesheet /timesheet
USER 65532:65532
VOLUME /data
ENV TIMESHEET_STORE=pebble:/data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 CMD ["/timesheet", "healthcheck"]
ENTRYPOINT ["/timesheet"]
CMD ["serve"]
