// Logs in, asks as the standard input says, and prints what came, each as a line of
// JSON. A question is {sql, params?: [{name, type, value}], cancel?: true}.
'use strict';
const fs = require('fs');
const { Connection, Request, TYPES } = require('tedious');

const { connection, questions } = JSON.parse(fs.readFileSync(0, 'utf8'));
const config = {
  server: connection.host,
  authentication: { type: 'default', options: { userName: connection.user, password: connection.password } },
  options: {
    port: connection.port,
    database: connection.database,
    tdsVersion: connection.tdsVersion,
    encrypt: connection.encrypt,
    trustServerCertificate: !connection.ca,
    cryptoCredentialsDetails: connection.ca ? { ca: connection.ca } : {},
    useUTC: true,
    connectTimeout: 30000, // a busy machine is no failure
    requestTimeout: 30000,
    cancelTimeout: 30000,
  },
};
const client = new Connection(config);

function say(answer) {
  process.stdout.write(JSON.stringify(answer) + '\n');
}

function failure(err) {
  return err && { number: err.number, code: err.code, message: err.message };
}

function ask() {
  const q = questions.shift();
  if (!q) {
    client.close();
    return;
  }
  const rows = [];
  const request = new Request(q.sql, (err, count) => {
    say({ rows, count, error: failure(err) || null });
    ask();
  });
  request.on('row', (columns) => {
    rows.push(columns.map((c) => c.value));
    if (q.cancel && rows.length === 1) client.cancel();
    if (q.cancel) rows.length = 1;
  });
  for (const p of q.params || []) request.addParameter(p.name, TYPES[p.type], p.type.startsWith('Date') ? p.value && new Date(p.value) : p.value);
  if (q.params) client.execSql(request);
  else client.execSqlBatch(request);
}

client.connect((err) => {
  if (err) {
    say({ error: failure(err) });
    process.exitCode = 1;
    client.close();
    return;
  }
  ask();
});
