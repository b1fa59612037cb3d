import { expect, test } from '@jest/globals';
import { fold } from '../../../domain/decider.ts';
import type { SimulationEvent, SimulationRequested } from '../../../domain/simulation/events.ts';
import { type SimulationCommand, simulationDecider } from '../../../domain/simulation/simulation.ts';

const about = { bu: 'operations', simulationId: 'S-1' };
const asked: SimulationRequested['data'] = {
  ...about,
  businessUnit: 'ACME',
  range: { kind: 'POSITIONS', after: '0', through: '9' },
  policy: { kind: 'SAFETY_STOCK', rules: [{ percent: '200' }] },
  ...{ policySha256: 'p', simulationVersion: 1, reason: 'before the season', requestedBy: 'kim' },
};
const result = { throughPosition: '9', events: 1, figures: [], linesDiffering: 0, samples: [] };
const requested: SimulationEvent = { type: 'SimulationRequested', data: asked };
const completed: SimulationEvent = { type: 'SimulationCompleted', data: { ...about, result, resultSha256: 'r' } };
const failed: SimulationEvent = { type: 'SimulationFailed', data: { ...about, detail: 'too large' } };
const cancelled: SimulationEvent = {
  type: 'SimulationCancelled',
  data: { ...about, reason: 'by mistake', cancelledBy: 'kim' },
};
const ask: SimulationCommand = { type: 'RequestSimulation', ...asked };
const complete: SimulationCommand = { type: 'CompleteSimulation', result, resultSha256: 'r' };
const cancel: SimulationCommand = { type: 'CancelSimulation', reason: 'by mistake', cancelledBy: 'kim' };
const fail: SimulationCommand = { type: 'FailSimulation', detail: 'too large' };

const { decide, initial } = simulationDecider;
const after = (...events: readonly SimulationEvent[]) => fold(simulationDecider, initial, events);

test('a question is asked once, as long as it has or may have an answer', () => {
  expect(decide(ask, initial)).toEqual([requested]);
  expect(decide(ask, after(requested))).toEqual([]);
  expect(decide(ask, after(requested, completed))).toEqual([]);
  expect(decide(ask, after(requested, failed))).toEqual([requested]);
  expect(decide(ask, after(requested, cancelled))).toEqual([requested]);
  expect(after(requested, cancelled, requested)).toMatchObject({ phase: 'WAITING', problem: null });
});

test('the first word about a question stays', () => {
  expect(decide(complete, after(requested))).toEqual([completed]);
  expect(decide(fail, after(requested))).toEqual([failed]);
  expect(decide(complete, after(requested, cancelled))).toEqual([]);
  expect(decide(fail, after(requested, completed))).toEqual([]);
  expect(decide(complete, after(requested, completed))).toEqual([]);
});

test('what waits can be given up, and nothing else', () => {
  expect(decide(cancel, after(requested))).toEqual([cancelled]);
  expect(decide(cancel, after(requested, cancelled))).toEqual([]);
  expect(decide(cancel, after(requested, completed))).toMatchObject({ refused: 'SIMULATION_STATE' });
  expect(decide(cancel, initial)).toMatchObject({ refused: 'NOT_FOUND' });
});
