// The job of cmd/fire in k6: an open model of clockings, live-like, over the public API.
//
//   k6 run -e TARGET=http://127.0.0.1:8080 -e RATE=5000 -e FOR=60s tests/load/clockings.k6.js
//
// RATE is clockings a second; BATCH clockings go into a request. k6 itself takes far
// more CPU than fire: on one machine with the service it bounds what can be measured.
// It has no oracle; use fire --verify to prove entries.
import http from 'k6/http';
import exec from 'k6/execution';
import { check, sleep } from 'k6';
import { Counter } from 'k6/metrics';

const env = (name, standard) => __ENV[name] || standard;
const target = env('TARGET', 'http://127.0.0.1:8080');
const rate = Number(env('RATE', '1000'));
const batch = Number(env('BATCH', '1'));
const employees = Number(env('EMPLOYEES', '5000'));
const perDay = Number(env('PER_DAY', '4'));
const connections = Number(env('CONNECTIONS', '64'));
const format = env('FORMAT', 'json'); // json, ndjson or csv
const prefix = env('PREFIX', 'K');
const retries = Number(env('RETRY', '10'));
const from = Date.parse(`${env('FROM', '2010-01-01')}T00:00:00Z`);

const openingSecond = 6 * 3600; // machines are used from 06:00
const openSeconds = 14 * 3600; // to 20:00
const dayMs = 86400000;
const lastDay = Math.floor((Date.now() - 2 * dayMs - from) / dayMs); // past in every zone

const acknowledged = new Counter('clockings_acknowledged');

export const options = {
  scenarios: {
    clockings: {
      executor: 'constant-arrival-rate', // open: due whatever became of those before
      rate: Math.max(1, Math.round(rate / batch)),
      timeUnit: '1s',
      duration: env('FOR', '60s'),
      preAllocatedVUs: connections,
      maxVUs: connections,
    },
  },
  summaryTrendStats: ['min', 'med', 'p(90)', 'p(99)', 'p(99.9)', 'max'],
  thresholds: { checks: ['rate>0.999'] },
};

// clocking is the k-th of all: everybody once, in rounds spread over the day, day by day.
export function clocking(k) {
  const round = Math.floor(k / employees);
  const slot = k % employees;
  const day = Math.floor(round / perDay) % (lastDay + 1);
  const length = openSeconds / perDay;
  const second = openingSecond + Math.floor((round % perDay) * length + (length * slot) / employees);
  const id = prefix + String(((slot * 7919 + round) % employees) + 1).padStart(8 - prefix.length, '0');
  const at = new Date(from + day * dayMs + second * 1000).toISOString().slice(0, 19); // local: no offset
  return { employee_id: id, clocked_at: at };
}

// body is a request of the clockings.
export function body(clockings) {
  switch (format) {
    case 'csv':
      return ['text/csv', 'employee_id,clocked_at\n' + clockings.map((c) => `${c.employee_id},${c.clocked_at}\n`).join('')];
    case 'ndjson':
      return ['application/x-ndjson', clockings.map((c) => JSON.stringify(c) + '\n').join('')];
    default:
      return ['application/json', JSON.stringify(clockings.length === 1 ? clockings[0] : clockings)];
  }
}

export default function () {
  const first = exec.scenario.iterationInTest * batch;
  const clockings = Array.from({ length: batch }, (_, i) => clocking(first + i));
  const [type, text] = body(clockings);
  for (let attempt = 0; ; attempt++) {
    const answer = http.post(`${target}/v1/clockings`, text, { headers: { 'Content-Type': type } });
    const again = answer.status === 429 || answer.status === 503;
    if (again && attempt < retries) {
      sleep(Math.min(Number(answer.headers['Retry-After']) || 1, 5));
      continue;
    }
    const ok = check(answer, {
      'all is acknowledged': (a) => a.status === 200 && a.json('accepted') === batch,
    });
    if (ok) {
      acknowledged.add(batch);
    }
    return;
  }
}
