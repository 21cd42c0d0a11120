// A refusal in the API's own shape.
const TYPES: Record<number, string> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  529: 'overloaded_error',
};

export class ApiError extends Error {
  readonly code = 'api_error';
  readonly status: number;
  readonly type: string;
  constructor(status: number, message: string, type = TYPES[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error')) {
    super(message);
    this.status = status;
    this.type = type;
  }
}

export function errorBody({ type, message }: Pick<ApiError, 'type' | 'message'>): {
  type: 'error';
  error: { type: string; message: string };
} {
  return { type: 'error', error: { type, message } };
}
