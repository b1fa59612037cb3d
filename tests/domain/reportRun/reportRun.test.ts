import { describe, expect, test } from '@jest/globals';
import { reportRunDecider } from '../../../domain/reportRun/reportRun.ts';

const data = {
  ...{ runId: 'R', bu: 'operations', report: 'revenue', href: '/v1/reports/revenue?knownAsOf=7', bus: null },
  ...{ position: '7', rows: 3, sha256: 'a'.repeat(64), runBy: 'key:finance' },
};

describe('a report that is drawn', () => {
  test('is recorded once under an id, as it was drawn first', () => {
    const { decide, evolve, initial } = reportRunDecider;
    expect(decide({ type: 'RecordReportRun', ...data }, initial)).toEqual([{ type: 'ReportRunRecorded', data }]);
    const state = evolve(initial, { type: 'ReportRunRecorded', data });
    expect(decide({ type: 'RecordReportRun', ...data, position: '9' }, state)).toEqual([]);
    expect(state.run).toEqual(data);
  });
});
