/** Stands in for the header that tells loops between functions apart: DynamoDB calls none of ours. */
export const recursionDetectionMiddleware =
  () =>
  <Next>(next: Next): Next =>
    next
