import { applyDecorators, HttpCode } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { PARAMTYPES_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { ApiBody, ApiConsumes, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { ErrorMapping } from '../http/errors/error-mapping.js';
import { BodyErrorResponses, ErrorResponse, ServerErrorResponses } from '../openapi/error-responses.js';
import { exampleErrors } from './body-fields.js';
import { spoken } from './record-words.js';

/** An error that an action raises: a class made by `codedError`. */
interface RaisedError<Code extends string> {
  readonly code: Code;
  readonly message: string;
}

export interface ActionOptions<Code extends string = string> {
  /** What the response says: that it is done, or what it returns. */
  readonly done: string;
  /** The status of the response; 200 by default. */
  readonly status?: number;
  /** The class of the response; by default it has no body. */
  readonly returns?: Type;
  /** Requests as clients send them, by name. */
  readonly examples?: Readonly<Record<string, { readonly summary: string; readonly value: object }>>;
  /** The errors of its rules. The error mapping gives each its status. */
  readonly raises?: readonly RaisedError<Code>[];
  /** The errors of what stands before it, such as a limit: a sentence for each status. */
  readonly refusals?: Readonly<Record<number, string>>;
}

/**
 * The decorator of a resource's actions: routes of a plain Nest controller that do more than the verbs of a collection.
 * Each is declared with the errors that it raises, so that the document of its responses follows. An error without a
 * mapping does not compile.
 *
 *     const Action = actionsOf('Order', orderErrorMapping);
 *
 *     @Post(':id/cancel')
 *     @Action('Cancels an order.', { done: 'The order is cancelled.', raises: [OrderNotFoundError, OrderSentError] })
 *     cancel(@Param('id') id: string): Promise<void> { return this.orders.cancel(id); }
 *
 * In the document this is the operation `cancelOrder` with the summary "Order cancel". The class of the body is that of
 * the parameter with `@Body()`.
 */
export const actionsOf =
  <Code extends string>(name: string, mapping: ErrorMapping<Code>) =>
  (description: string, options: ActionOptions<Code>): MethodDecorator =>
  (target, key, descriptor) => {
    const { done, status = 200, returns, raises = [], refusals = {} } = options;
    const method = String(key);
    const errors = raises.map(({ code, message }) => ({ ...mapping[code], code, message }));
    const body = bodyOf(target, key);
    applyDecorators(
      HttpCode(status),
      ApiTags(name),
      ApiOperation({ operationId: method + name, summary: `${name} ${spoken(method)}`, description }),
      ApiResponse({ status, description: done, ...(returns && { type: returns }) }),
      ...(body ? bodyDocs(body, errors, options) : []),
      ...errorDocs(
        errors.filter(({ status }) => !body || status !== 400),
        refusals,
      ),
      ServerErrorResponses(),
    )(target, key, descriptor);
  };

interface DocumentedError extends RaisedError<string> {
  readonly status: number;
  readonly detail: string;
}

/** One response for each status, whatever it is for. */
function errorDocs(errors: readonly DocumentedError[], refusals: Readonly<Record<number, string>>) {
  const responses = [
    ...errors.map(({ status, message, detail }) => ({ status, sentence: `${message}.`, detail })),
    ...Object.entries(refusals).map(([status, sentence]) => ({
      status: Number(status),
      sentence,
      detail: undefined,
    })),
  ];
  return [...new Set(responses.map(({ status }) => status))].map((status) => {
    const same = responses.filter((response) => response.status === status);
    return ErrorResponse(status, same.map(({ sentence }) => sentence).join(' '), same[0]?.detail);
  });
}

/** A body, and its 400: a rule that is broken is one of its reasons. */
function bodyDocs(
  body: Type<object>,
  errors: readonly DocumentedError[],
  { examples }: ActionOptions,
): MethodDecorator[] {
  const broken = errors.filter(({ status }) => status === 400);
  const reasons = [...broken.map(({ message }) => message), 'fields missing or wrong', 'or body malformed'];
  return [
    ApiConsumes('application/json', 'application/x-www-form-urlencoded'),
    ApiBody({ type: body, ...(examples && { examples }) }),
    BodyErrorResponses(
      `${capitalized(reasons.join(', '))}.`,
      exampleErrors(body),
      Object.fromEntries(broken.map(({ code, detail }) => [titleOf(code), detail])),
    ),
  ];
}

/** The class of the parameter with `@Body()`: Nest has stored both by the time that a method is decorated. */
function bodyOf(target: object, key: string | symbol): Type<object> | undefined {
  const parameters = Reflect.getMetadata(ROUTE_ARGS_METADATA, target.constructor, key) as
    Readonly<Record<string, { readonly index: number }>> | undefined;
  const [, body] =
    Object.entries(parameters ?? {}).find(([name]) => name.startsWith(`${RouteParamtypes.BODY}:`)) ?? [];
  const types = Reflect.getMetadata(PARAMTYPES_METADATA, target, key) as readonly Type<object>[] | undefined;
  return body && types?.[body.index];
}

/** `user.not-active` as `Not active`. */
const titleOf = (code: string) => capitalized(code.replace(/^.*\./, '').replaceAll('-', ' '));

const capitalized = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
