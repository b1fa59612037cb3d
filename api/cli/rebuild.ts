import type { RebuildView } from '../../projections/rebuild/queries.ts';
import { type CliCommand, reasonIn, reasonOption } from './command.ts';
import { declaredChanges, expectedChangeOptions } from './expectedChanges.ts';
import { followRebuild } from './rebuildProgress.ts';
import { rebuildShown } from './rebuildReport.ts';
import { callService } from './service.ts';

const finalStates: ReadonlySet<string> = new Set([
  'AWAITING_SWAP',
  'REFUSED',
  'SWAPPED',
  'ROLLED_BACK',
  'ABORTED',
  'FAILED',
]);

/** An identical rebuild goes on to its swap by itself. */
const isDecided = ({ state, difference }: RebuildView): boolean =>
  finalStates.has(state) && !(state === 'AWAITING_SWAP' && difference?.class === 'identical');

export const rebuildCommand: CliCommand = {
  usage: 'rebuild <projection>',
  summary:
    'Build a read model anew beside the live one, compare both, and show it when nothing differs. Ends with 4 when something differs that was not declared',
  callsService: true,
  options: [reasonOption, ...expectedChangeOptions],
  examples: [
    'rebuild orders --reason "the fix of yesterday"',
    'rebuild orders --expect orders:changed:net,gross --expect order_hold:only-new --reason "prices corrected"',
    'rebuild orders --expect-file changes.json --reason "prices corrected"',
  ],
  run: async ([name = ''], options) => {
    const reason = reasonIn(options);
    const expectedChanges = await declaredChanges(options);
    const service = await callService(options);
    const { rebuildId } = await service.post<{ rebuildId: string }>(
      `/v1/ops/projections/${encodeURIComponent(name)}/rebuilds`,
      { reason, expectedChanges },
    );
    return rebuildShown(await followRebuild(service, rebuildId, isDecided));
  },
};

/** For whoever comes later: a second person has to see what differs before they agree. */
export const differenceCommand: CliCommand = {
  usage: 'difference <rebuild>',
  summary: 'How far a rebuild is and what it found, as rebuild showed it',
  callsService: true,
  examples: ['difference orders-v2', 'difference orders-v2 --json'],
  run: async ([rebuildId = ''], options) =>
    rebuildShown(await followRebuild(await callService(options), rebuildId, isDecided)),
};

const decisionCommand = (word: string, noun: string, summary: string, done: RebuildView['state']): CliCommand => ({
  usage: `${word} <rebuild>`,
  summary,
  callsService: true,
  options: [reasonOption],
  examples: [`${word} orders-v2 --reason "looked at every difference"`],
  run: async ([rebuildId = ''], options) => {
    const reason = reasonIn(options);
    const service = await callService(options);
    await service.post(`/v1/ops/rebuilds/${encodeURIComponent(rebuildId)}/${noun}`, { reason });
    const view = await followRebuild(service, rebuildId, ({ state }) => state === done || state === 'FAILED');
    return { ...rebuildShown({ ...view, difference: null }), value: view, exitCode: view.state === 'FAILED' ? 1 : 0 };
  },
});

export const swapCommand = decisionCommand('swap', 'swaps', 'Show readers a rebuilt read model', 'SWAPPED');
export const rollbackCommand = decisionCommand(
  'rollback',
  'rollbacks',
  'Show readers the build from before the swap again',
  'ROLLED_BACK',
);
export const abortCommand = decisionCommand('abort', 'aborts', 'Give a rebuild up; readers never saw it', 'ABORTED');
