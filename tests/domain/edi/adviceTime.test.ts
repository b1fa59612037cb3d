import { describe, expect, test } from '@jest/globals';
import { advisedInstant } from '../../../domain/edi/adviceTime.ts';

const zone = 'America/New_York';

describe('when a warehouse says that goods left', () => {
  test.each([
    ['its own clock in winter', '2026-11-25', '17:45', null, '2026-11-25T22:45:00.000Z'],
    ['its own clock in summer', '2026-07-25', '17:45', 'America/New_York', '2026-07-25T21:45:00.000Z'],
    ['with seconds', '2026-07-25', '17:45:30', null, '2026-07-25T21:45:30.000Z'],
    ['of another place', '2026-07-25', '17:45', 'America/Los_Angeles', '2026-07-26T00:45:00.000Z'],
    ['standard time although it is summer', '2026-07-25', '17:45', -5, '2026-07-25T22:45:00.000Z'],
    ['UTC', '2026-07-25', '17:45', 0, '2026-07-25T17:45:00.000Z'],
    ['two hours before UTC', '2026-07-25', '17:45', 2, '2026-07-25T15:45:00.000Z'],
    ['a day alone begins', '2026-11-25', null, null, '2026-11-25T05:00:00.000Z'],
    ['an hour that is there twice', '2026-11-01', '01:30', null, '2026-11-01T05:30:00.000Z'],
    ['an hour that is not there', '2026-03-08', '02:30', null, '2026-03-08T07:30:00.000Z'],
    ['the morning behind it', '2026-03-08', '03:30', null, '2026-03-08T07:30:00.000Z'],
  ])('%s', (_what, day, time, told, at) => {
    expect(advisedInstant({ day, time, zone: told }, zone)).toBe(at);
  });
});
