import type { DataSource } from 'typeorm';
import type { Settings } from '../../config/settings.js';
import { IdempotencyRecord, IdempotencyRecordRepository, maxUnitMs } from '../../ddd/idempotency/index.js';
import { hourMs } from '../../ddd/timing/index.js';
import type { Finding } from './finding.js';
import { hasTable } from './has-table.js';

const check = 'idempotency';

/** Checks that claims of requests with an Idempotency-Key hold, and that expired records are deleted. */
export async function checkIdempotency(dataSource: DataSource, { unit }: Settings): Promise<Finding[]> {
  if (!(await hasTable(dataSource, IdempotencyRecord))) return [];
  const records = new IdempotencyRecordRepository(dataSource);
  const overdue = await records.count({ expiresAt: { lt: Date.now() - hourMs } });
  const findings: Finding[] = [];
  if (unit.timeoutMs > maxUnitMs)
    findings.push({
      check,
      status: 'warning',
      found: `UNIT_TIMEOUT_MS is ${unit.timeoutMs}: a request with an Idempotency-Key whose unit of work is open for more than ${maxUnitMs} ms can be executed a second time, and then fails with 409`,
      remedy: `Set it to ${maxUnitMs} at most, or keep such requests shorter: docs/guide/idempotency.md`,
    });
  if (overdue)
    findings.push({
      check,
      status: 'warning',
      found: `${overdue} records expired more than an hour ago`,
      remedy: 'A running service deletes them, and its log says if it cannot',
    });
  const kept = await records.count();
  return findings.length ? findings : [{ check, status: 'ok', found: `${kept} records are kept` }];
}
