/** Stands in for the header that tells loops between functions apart: DynamoDB and Secrets Manager call none of ours. */
export const recursionDetectionMiddleware =
  () =>
  <Next>(next: Next): Next =>
    next
