import { applyDecorators } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ErrorResponse, ServerErrorResponses } from '../../../openapi/error-responses.js';
import { UserCredentials } from '../dto/user-credentials.dto.js';
import { UserDetails } from '../dto/user-details.dto.js';
import { UserView } from '../dto/user-view.dto.js';
import { userErrorMapping } from '../user.error-mapping.js';
import { AccountDocs, CredentialResponses } from './account-docs.js';

const credentials = { email: 'john@example.com', password: '123456' };

export function CreateUserDocs(): MethodDecorator {
  return applyDecorators(
    AccountDocs({
      operationId: 'createUser',
      summary: 'User create',
      description: 'Create a new user with the provided details.',
      body: UserDetails,
      example: { name: 'John', surname: 'Doe', ...credentials },
    }),
    ApiResponse({ status: 200, description: 'User created successfully.' }),
  );
}

export function SignInDocs(): MethodDecorator {
  return applyDecorators(
    AccountDocs({
      operationId: 'signInUser',
      summary: 'User sign in',
      description: 'Authenticate a user with email and password.',
      body: UserCredentials,
      example: credentials,
      badRequest: {
        description: 'User not active, fields missing or wrong, or body malformed.',
        examples: { 'Not active': userErrorMapping['user.not-active'].detail },
      },
    }),
    ApiResponse({ status: 200, description: 'User signed in successfully.', type: UserView }),
    CredentialResponses(),
  );
}

export function ActivateDocs(): MethodDecorator {
  return applyDecorators(
    AccountDocs({
      operationId: 'activateUser',
      summary: 'User activate',
      description: 'Activate an existing user account.',
      body: UserCredentials,
      example: credentials,
    }),
    ApiResponse({ status: 200, description: 'User activated successfully.' }),
    CredentialResponses(),
  );
}

export function DeactivateDocs(): MethodDecorator {
  return applyDecorators(
    AccountDocs({
      operationId: 'deactivateUser',
      summary: 'User deactivate',
      description: 'Deactivate an existing user account.',
      body: UserCredentials,
      example: credentials,
    }),
    ApiResponse({ status: 200, description: 'User deactivated successfully.' }),
    CredentialResponses(),
  );
}

export function MeDocs(): MethodDecorator {
  return applyDecorators(
    ApiTags('User'),
    ApiOperation({
      operationId: 'showUser',
      summary: 'User show',
      description: 'The account of the caller, as sign-in shows it.',
    }),
    ApiResponse({ status: 200, description: 'The account.', type: UserView }),
    ErrorResponse(401, 'No access token, or one that is not valid.'),
    ServerErrorResponses(),
  );
}
