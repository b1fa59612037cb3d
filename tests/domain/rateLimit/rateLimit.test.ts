import { describe, test } from '@jest/globals';
import { type RateLimitCommand, rateLimitDecider } from '../../../domain/rateLimit/rateLimit.ts';
import { scenarios } from '../order/scenario.ts';

const given = scenarios(rateLimitDecider);
const of = { group: 'channel', key: 'edi', reason: 'a flood', by: 'kim' } as const;
const limit: RateLimitCommand = { type: 'SetRateLimit', steps: 50, per: 'second', ...of };
const lift: RateLimitCommand = { type: 'LiftRateLimit', ...of };

describe('O-40 a rate limit', () => {
  test('is recorded once per rate, with who and why, and so is its end', () => {
    given()
      .when(limit)
      .then({ type: 'RateLimitSet', data: { setBy: 'kim', reason: 'a flood', steps: 50, per: 'second' } });
    given(limit).when(limit).thenNothing();
    given(limit)
      .when({ ...limit, per: 'minute' })
      .then({ type: 'RateLimitSet', data: { steps: 50, per: 'minute' } });
    given(limit)
      .when(lift)
      .then({ type: 'RateLimitLifted', data: { liftedBy: 'kim' } });
    given(limit, lift).when(lift).thenNothing();
    given(limit, lift).when(limit).then({ type: 'RateLimitSet' });
    given().when(lift).thenRefused('NOT_FOUND');
  });
});
