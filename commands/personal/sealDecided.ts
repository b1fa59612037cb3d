import type { Event } from '../../domain/decider.ts';
import type { NewEvent } from '../../domain/eventLog.ts';
import { isPersonal, personalFieldsOf, withPersonalText } from '../../domain/personal/personalFields.ts';
import { sealedIn, sealMark, withMasked } from '../../domain/personal/sealedText.ts';
import { subjectOf } from '../../domain/personal/subject.ts';
import type { Decided, Plan } from '../deciding/decideBatch.ts';
import type { AnyDecider } from '../deciding/loadedStream.ts';
import type { Opened } from '../deciding/opening.ts';
import type { Seal, Vault } from './vault.ts';

/** Seals the personal text of what was decided, before it is appended and before anybody is answered. Throws `LogUnavailable`. */
export type SealDecided = (decider: AnyDecider, state: unknown, decided: Decided) => Promise<Decided>;

/** For logs whose text is nobody's. */
export const sealNothing: SealDecided = async (_decider, _state, decided) => decided;

const hasPersonal = ({ type, data }: NewEvent): boolean => {
  if (personalFieldsOf(type).length === 0) return false;
  let found = false;
  withPersonalText(type, data, (text) => {
    found ||= isPersonal(text);
    return text;
  });
  return found;
};

const eventsOfPlan = (plan: Plan): readonly NewEvent[] => {
  if (plan.kind === 'append') return plan.events;
  if (plan.kind !== 'opens') return [];
  return [...plan.opened.before, ...eventsOfPlan(plan.plan), ...plan.opened.after];
};

/** What is sealed for the same subject already is carried along; what only looks sealed is text. */
const sealedOnce = (text: string, subject: string, seal: (part: string) => string): string => {
  if (!text.includes(sealMark)) return seal(text);
  const [word] = sealedIn(text);
  if (word?.text === text && word.subject === subject) return text;
  return seal(withMasked(text).replaceAll(sealMark, '['));
};

type Seals = (subject: string) => Seal;

const sealEvent = (event: NewEvent, state: unknown, seals: Seals): NewEvent => {
  if (personalFieldsOf(event.type).length === 0) return event;
  const { eventId, metadata } = event;
  const subject = subjectOf(metadata.partition.bu, event.data, state);
  const data = withPersonalText(event.type, event.data, (text, field) =>
    isPersonal(text) ? sealedOnce(text, subject, (part) => seals(subject)(part, { eventId, field })) : text,
  );
  return { ...event, data };
};

type Evolving = { readonly evolve: (state: never, event: never) => unknown };

const evolved = (decider: Evolving, state: unknown, event: Event): unknown =>
  decider.evolve(state as never, event as never);

/** Seals events that follow one another in a stream; the state after them holds what was sealed. */
const sealInOrder = (decider: Evolving, before: unknown, events: readonly NewEvent[], seals: Seals) => {
  let state = before;
  const sealed = events.map((event) => {
    // An event that opens a stream may name its customer itself; the state before it does not.
    const next = sealEvent(event, evolved(decider, state, event), seals);
    state = evolved(decider, state, next);
    return next;
  });
  return { state, events: sealed };
};

const sealOpened = (opened: Opened, seals: Seals): Opened => {
  const decider = opened.decider as Evolving & { readonly initial: unknown };
  const { state, events } = sealInOrder(decider, decider.initial, [...opened.before, ...opened.after], seals);
  const before = events.slice(0, opened.before.length) as [NewEvent, ...NewEvent[]];
  return { ...opened, state, before, after: events.slice(opened.before.length) };
};

/** Every plan again, in order, over sealed events: no state that is kept or answered holds the text. */
const resealed = (decider: AnyDecider, before: unknown, decided: Decided, seals: Seals): Decided => {
  let state = before;
  const events: NewEvent[] = [];
  const known = new Map<Plan, Plan>();
  const planOf = (plan: Plan): Plan => {
    switch (plan.kind) {
      case 'append': {
        const sealed = sealInOrder(decider, state, plan.events, seals);
        state = sealed.state;
        events.push(...sealed.events);
        return { ...plan, events: sealed.events, state };
      }
      case 'opens':
        return { ...plan, plan: known.get(plan.plan) ?? planOf(plan.plan), opened: sealOpened(plan.opened, seals) };
      case 'same':
        return { ...plan, as: known.get(plan.as) ?? plan.as };
      case 'known':
      case 'nothing':
      case 'refused':
      case 'seen':
        return { ...plan, state };
      default:
        return plan;
    }
  };
  const plans = decided.plans.map((plan) => {
    const next = planOf(plan);
    known.set(plan, next);
    if (plan.kind === 'opens' && next.kind === 'opens') known.set(plan.plan, next.plan);
    return next;
  });
  return { plans, events, state };
};

export const sealWith =
  ({ sealsFor }: Pick<Vault, 'sealsFor'>): SealDecided =>
  async (decider, state, decided) => {
    if (!decided.plans.flatMap(eventsOfPlan).some(hasPersonal)) return decided;
    const subjects = new Set<string>();
    resealed(decider, state, decided, (subject) => {
      subjects.add(subject);
      return (text) => text;
    });
    const seals = await sealsFor([...subjects]);
    return resealed(decider, state, decided, (subject) => {
      const seal = seals.get(subject);
      if (seal === undefined) throw new Error(`no key was fetched for ${subject}`);
      return seal;
    });
  };
