import { setTimeout as delay } from 'node:timers/promises';
import { projections } from '../../projections/catalogue.ts';
import { listProjections, type ProjectionView } from '../../projections/freshness.ts';
import { rebuildInPlace } from '../../projections/repair.ts';
import { type CliCommand, endProgress, progress, Stop, shortPosition } from './command.ts';
import { type Database, withDatabase } from './database.ts';

const followIntervalMs = 500;
const followMsMax = 600_000;

/** Shows how far the running projector is until it has caught up. */
const follow = async (db: Database, name: string): Promise<ProjectionView> => {
  const deadline = Date.now() + followMsMax;
  for (;;) {
    const now = (await listProjections(db)).find((one) => one.name === name);
    if (now === undefined) throw new Stop(`Projection ${name} is gone.`, 3);
    progress(`${now.state}  position ${shortPosition(now.position)}  ${now.rows} rows`);
    if (now.state === 'RUNNING') return now;
    if (now.state === 'STOPPED')
      throw new Stop(`The projection stopped: ${now.problem?.detail ?? 'no reason given'}`, 1);
    if (Date.now() > deadline)
      throw new Stop('It has not caught up yet; it goes on by itself. Look again with: throughline projections', 1);
    await delay(followIntervalMs);
  }
};

export const rebuildCommand: CliCommand = {
  usage: 'rebuild <projection>',
  summary: 'Empty a read model and fill it again from the log, in place; readers see it fill',
  examples: ['rebuild orders'],
  run: ([name]) =>
    withDatabase(async (db) => {
      const projection = projections.find((one) => one.name === name);
      if (projection === undefined) {
        const names = projections.map((one) => one.name).join(', ');
        throw new Stop(`There is no projection ${name}. There are: ${names}`, 3);
      }
      await rebuildInPlace(db, projection);
      const done = await follow(db, projection.name);
      endProgress();
      return { value: done, text: `${projection.name} is rebuilt: ${done.rows} rows.` };
    }),
};
