import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { projections } from '../../projections/catalogue.ts';
import { positionOf } from '../projections/memoryLog.ts';
import { randomHistory } from '../projections/randomHistory.ts';
import { append, ask, contentOf, project, questionsAbout, rebuild, startedHistory } from './asOfReports.ts';
import { makeTestApi, type TestApi } from './testApi.ts';

const orderIds = ['01JD0000000000000000000001', '01JD0000000000000000000002', '01JD0000000000000000000003'] as const;
const questions = questionsAbout(orderIds);

type Drawn = ReadonlyMap<string, { readonly content: unknown; readonly sha256: string | null }>;

const drawnAt = async (api: TestApi, position?: string): Promise<Drawn> => {
  const drawn = new Map();
  for (const question of questions) {
    const body = await ask(api, question, position);
    drawn.set(question, { content: contentOf(body), sha256: body === 'nothing' ? null : body.report.sha256 });
  }
  return drawn;
};

const cuts = fc.array(fc.double({ min: 0, max: 0.95, noNaN: true }), { minLength: 4, maxLength: 4 });

test('every report at any position of any history is what was answered then, after all that followed and a rebuild of everything', async () => {
  const property = fc.asyncProperty(randomHistory(startedHistory, orderIds), cuts, async ({ log, started }, shares) => {
    const api = await makeTestApi();
    try {
      const live = new Map<string, Drawn>();
      const places = shares.map((share) => started + Math.floor(share * (log.events.length - started)));
      let known = 0;
      for (const place of [...new Set(places)].sort((a, b) => a - b)) {
        await append(api, log, known, place);
        await project(api);
        known = place;
        live.set(positionOf(place - 1), await drawnAt(api));
      }
      await append(api, log, known);
      await project(api);
      for (const [position, then] of live) expect(await drawnAt(api, position)).toEqual(then);
      const { rows } = await api.database.pool.query('select projection, event_type, detail from ops.dead_letter');
      expect(rows).toEqual([]);
      await rebuild(api, projections);
      for (const [position, then] of live) expect(await drawnAt(api, position)).toEqual(then);
    } finally {
      await api.close();
    }
  });
  await fc.assert(property, { numRuns: 1, endOnFailure: true });
}, 240_000);
