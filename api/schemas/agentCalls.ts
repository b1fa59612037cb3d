import { z } from 'zod';
import { carryFailures } from '../../commands/ports/agent.ts';
import { coded } from './fields.ts';

/** What an agent calls itself, and the code of a failed connection. */
const word = z.string().regex(/^[A-Za-z0-9._:@-]{1,100}$/, {
  error: () => coded('FORMAT_INVALID', 'Letters, digits and . _ : @ -, up to 100.'),
});

/** Proxies in between commonly let go of what says nothing for a minute. */
export const agentWaitMsMax = 30_000;
export const agentCallsMax = 32;

export const takeCallsBody = z
  .strictObject({
    agent: word.meta({ description: 'Its name for as long as it runs; of two agents of a system each has its own.' }),
    version: word,
    max: z
      .int()
      .min(0)
      .max(agentCallsMax)
      .meta({ description: 'Calls that it can make at once now; 0: it is there, and busy.' }),
    waitMs: z
      .int()
      .min(0)
      .max(agentWaitMsMax)
      .meta({ description: 'How long the request is held while there is no call.' }),
  })
  .meta({ id: 'TakeAgentCalls' });

export const callsTaken = z
  .object({
    system: z.string().meta({ description: 'What the credentials stand in front of.' }),
    calls: z.array(
      z
        .object({
          callId: z.string(),
          operation: z.string(),
          method: z.string(),
          path: z.string().meta({ description: 'Below the address that the agent has, with its query.' }),
          headers: z.record(z.string(), z.string()),
          body: z.string().optional(),
          timeoutMs: z
            .int()
            .meta({ description: 'What is left of its time, from now on. Nobody waits for it any longer.' }),
          answerBytesMax: z.int(),
        })
        .meta({ id: 'AgentCall' }),
    ),
  })
  .meta({ id: 'AgentCallsTaken' });

export const callParams = z.strictObject({ callId: z.uuid() });

export const answerQuery = z.strictObject({
  status: z
    .string()
    .regex(/^[1-5]\d\d$/, { error: () => coded('FORMAT_INVALID', 'A status of HTTP has three digits.') })
    .transform(Number)
    .meta({ description: 'As the partner answered.' }),
  retryAfter: z.string().max(60).exactOptional().meta({ description: 'As the partner said it.' }),
});

export const failBody = z
  .strictObject({
    failure: z.enum(carryFailures).meta({
      description:
        'NEVER_CONNECTED: nobody at the address heard of the call. REFUSED: it leads out of the address that the agent has.',
    }),
    code: word.exactOptional().meta({ description: 'Of the system, as ECONNREFUSED.' }),
  })
  .meta({ id: 'FailAgentCall' });

export const callAnswered = z.object({ callId: z.string() }).meta({ id: 'AgentCallAnswered' });
