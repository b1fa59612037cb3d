import type { PartnerRefusal, PartnerTrouble } from '../../../commands/partnerPorts.ts';
import { explanationOf } from '../../../domain/outsideText.ts';
import { ourSpelling } from '../../http/answers.ts';
import type { Fault } from './envelope.ts';

/** As WS-Security 1.1 has them, and as servers say it that do not know of it. */
const credentials: ReadonlySet<string> = new Set([
  'FailedAuthentication',
  'InvalidSecurity',
  'InvalidSecurityToken',
  'FailedCheck',
  'SecurityTokenUnavailable',
  'Authentication',
  'Unauthorized',
  'AccessDenied',
]);
/** They did nothing, and say so. */
const busy: ReadonlySet<string> = new Set(['ServerBusy', 'ServerTooBusy', 'TooManyRequests', 'Throttled']);
const late: ReadonlySet<string> = new Set(['Timeout', 'GatewayTimeout']);
/** Declared like a decision, and yet the machine's trouble. */
const broken: ReadonlySet<string> = new Set([
  'InternalError',
  'ServiceUnavailable',
  'DatabaseUnavailable',
  'StorageFull',
]);
/** The fault of whoever runs it, as a rule. */
const theirs: ReadonlySet<string> = new Set(['Server', 'Receiver']);

/**
 * What a fault is to us: the same trouble that any other partner makes, or undefined, where it is their decision. Only a
 * fault that the WSDL declares is one, whichever side it is laid to: many servers call every refusal `Server`. That the
 * message is wrong, too new or not signed is our configuration, and never a "no" to a document.
 */
export const troubleOfFault = ({ codes, declared }: Fault): PartnerTrouble | undefined => {
  const all = declared === undefined ? codes : [...codes, declared.code];
  if (all.some((code) => credentials.has(code))) return 'CREDENTIALS';
  if (all.some((code) => busy.has(code))) return 'BUSY';
  if (all.some((code) => late.has(code))) return 'TIMEOUT';
  if (declared !== undefined) return broken.has(declared.code) ? 'SERVER_ERROR' : undefined;
  return theirs.has(codes[0]) ? 'SERVER_ERROR' : 'BAD_RESPONSE';
};

const codeCharsMax = 100;
const detailCharsMax = 2_000;

/** Their decision in our words. */
export const refusalIn = ({ codes, reason, declared }: Fault): PartnerRefusal => ({
  kind: 'refused',
  code: ourSpelling(explanationOf(declared?.code ?? codes.join('_'), codeCharsMax)),
  detail: explanationOf(declared?.message || reason, detailCharsMax),
});
