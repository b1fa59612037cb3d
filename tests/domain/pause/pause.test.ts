import { describe, test } from '@jest/globals';
import { type PauseCommand, pauseDecider } from '../../../domain/pause/pause.ts';
import { scenarios } from '../order/scenario.ts';

const given = scenarios(pauseDecider);
const of = { group: 'adapter', key: 'erp', reason: 'their upgrade', by: 'kim' } as const;
const pause: PauseCommand = { type: 'PauseWork', automatic: false, ...of };
const resume: PauseCommand = { type: 'ResumeWork', ...of };

describe('O-39 a pause', () => {
  test('is recorded once, with who and why, and so is its end', () => {
    given()
      .when(pause)
      .then({ type: 'WorkPaused', data: { pausedBy: 'kim', reason: 'their upgrade', automatic: false } });
    given(pause).when(pause).thenNothing();
    given(pause)
      .when(resume)
      .then({ type: 'WorkResumed', data: { resumedBy: 'kim' } });
    given(pause, resume).when(resume).thenNothing();
    given().when(resume).thenRefused('NOT_FOUND');
    given(pause, resume).when(pause).then({ type: 'WorkPaused' });
  });
});
