import { z } from 'zod';
import { listOf, receipt } from './answers.ts';
import { coded, shortText } from './fields.ts';

const keyError = coded(
  'FORMAT_INVALID',
  'A lane is named bu:<code>, channel:<code>, node:<code>, process:<manager>.<bu> or lane:<lane key of a step>.',
);

const limitKeyError = coded(
  'FORMAT_INVALID',
  'What can be limited is named bu:<code>, channel:<code>, node:<code> or adapter:<name>.',
);

/** What becomes part of a stream's name. */
const value = '[A-Za-z0-9_:@-]+(\\.[A-Za-z0-9_:@-]+)*';

export const laneParams = z.strictObject({
  key: z
    .string()
    .max(160)
    .regex(new RegExp(`^(bu|channel|node|process|lane):${value}$`), { error: () => keyError, abort: true }),
});

/** An ERP's own name, and what is made of it: `legacy2-receivables`. */
export const adapterParams = z.strictObject({ name: z.string().regex(/^[a-z][a-z0-9-]{0,59}$/) });

export const pauseBody = z.strictObject({ reason: shortText }).meta({ id: 'PauseOrResume' });

export const pauseAnswer = z.object({ key: z.string(), paused: z.boolean(), receipt }).meta({ id: 'PausedOrResumed' });

const stepRate = z
  .strictObject({ steps: z.int().min(1).max(100_000), per: z.enum(['second', 'minute']) })
  .meta({ id: 'StepRate', description: 'So many steps in so long, of all processes together.' });

export const limitParams = z.strictObject({
  key: z
    .string()
    .max(160)
    .regex(new RegExp(`^(bu|channel|node|adapter):${value}$`), { error: () => limitKeyError, abort: true }),
});

export const limitBody = z.strictObject({ ...stepRate.shape, reason: shortText }).meta({ id: 'RateLimit' });

export const limitAnswer = z
  .object({ key: z.string(), limit: stepRate.nullable(), receipt })
  .meta({ id: 'RateLimited' });

export const laneList = listOf(
  z
    .object({
      key: z.string().meta({ description: '`<group>:<value>`, as pauses and resumptions name it.' }),
      group: z.string(),
      value: z.string(),
      paused: z.boolean(),
      reason: z.string().nullable(),
      pausedBy: z.string().nullable(),
      pausedAt: z.string().nullable(),
      automatic: z.boolean().meta({ description: 'Paused by the service, because too much of the group failed.' }),
      waiting: z.int().meta({ description: 'Steps that are not done.' }),
      failing: z.int(),
      lagSeconds: z.number().meta({ description: 'How long the oldest due step has waited.' }),
      limit: stepRate.nullable(),
      limitReason: z.string().nullable(),
      limitedBy: z.string().nullable(),
      limitedAt: z.string().nullable(),
    })
    .meta({ id: 'LaneGroup' }),
);

export const adapterList = listOf(
  z
    .object({
      name: z.string(),
      state: z.enum(['RUNNING', 'FAILING', 'PAUSED']),
      pausedBy: z.string().nullable(),
      pauseReason: z.string().nullable(),
      automatic: z.boolean(),
      waiting: z.int(),
      lagSeconds: z.number().meta({ description: 'How long the oldest step for it has waited.' }),
      calls: z.int().meta({ description: 'Of the last five minutes.' }),
      errors: z.int(),
      errorRate: z.number().meta({ description: 'Errors per call of the last five minutes, 0 to 1.' }),
      lastSuccessAt: z.string().nullable(),
      lastErrorAt: z.string().nullable(),
      lastErrorClass: z.string().nullable(),
      agent: z
        .object({
          agents: z.int().meta({ description: 'Agents that are there now.' }),
          lastSeenAt: z.string().nullable().meta({ description: 'Null: none ever was.' }),
        })
        .nullable()
        .meta({
          description: 'Who carries its calls, where only an agent reaches it. Null: it is called at its address.',
        }),
      protocol: z.enum(['REST', 'SOAP', 'FILE']),
      routes: z.array(z.object({ message: z.string(), businessUnits: z.array(z.string()) })).meta({
        description:
          'What goes there (the step of a process) or is asked for, and of which business units; `*`: of all that no other adapter is named for.',
      }),
      mappingVersion: z.string().meta({
        description: 'Of the code that translates for it: with another one the same may be said in other words.',
      }),
      retryPolicy: z
        .object({
          timeoutMs: z.int().meta({ description: 'Of one try.' }),
          attemptsMax: z.int().meta({ description: 'Tries of one call, the first included.' }),
          backoffFirstMs: z.int(),
          backoffMaxMs: z.int(),
          jitter: z.literal('FULL').meta({ description: 'A pause is any part of the doubled one before it.' }),
          repeats: z.record(z.string(), z.enum(['ALWAYS', 'WHEN_REPEATABLE', 'NEVER'])).meta({
            description:
              'By what a try failed of. ALWAYS: nothing was done. WHEN_REPEATABLE: only a call that does nothing twice. NEVER: it would fail again.',
          }),
          concurrentMax: z.int(),
          queuedMax: z.int(),
          breakerFailures: z.int(),
          breakerOpenMs: z.int(),
        })
        .nullable()
        .meta({ description: 'Null: files are written and read, and nothing is called.' }),
      stepRetry: z
        .object({ backoffFirstMs: z.int(), backoffMaxMs: z.int(), jitter: z.literal('HALF') })
        .nullable()
        .meta({
          description:
            'How long a step whose call failed waits before it is run again; it is never given up. Null: no step waits for it.',
        }),
    })
    .meta({ id: 'Adapter' }),
);
