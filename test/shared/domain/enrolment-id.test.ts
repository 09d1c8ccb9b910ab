import { describe, expect, test } from 'vitest'
import {
  confirmationId,
  cycleOfSales,
  enrolmentId,
  formOfConfirmation,
  isOfConfirmation,
  salesId,
  sequenceOf,
} from '../../../shared/domain/enrolment-id.ts'

describe('an enrolment’s id', () => {
  test('names the sequence and how often the lead has begun it', () => {
    expect(enrolmentId('learn', 1)).toBe('learn-1')
    expect(enrolmentId('week-2', 13)).toBe('week-2-13')
  })

  test('of a confirmation names the form', () => {
    expect(confirmationId('guide')).toBe('confirm-guide')
    expect(confirmationId('trial-30')).toBe('confirm-trial-30')
  })

  test.each([
    // id, its sequence, its form
    ['learn-1', 'learn', undefined],
    ['learn-12', 'learn', undefined],
    ['week-2-1', 'week-2', undefined],
    ['confirm-guide', 'confirm', 'guide'],
    ['confirm-trial-30', 'confirm', 'trial-30'],
    ['confirm-confirm-1', 'confirm', 'confirm-1'],
    ['confirmed-1', 'confirmed', undefined],
  ])('%s is of the sequence %s and the form %s', (id, sequence, form) => {
    expect(sequenceOf(id)).toBe(sequence)
    expect(formOfConfirmation(id)).toBe(form)
    expect(isOfConfirmation(id)).toBe(form !== undefined)
  })

  test('in sales’ email is the cycle', () => {
    expect(salesId(2)).toBe('sales-2')
    expect(cycleOfSales('sales-12')).toBe(12)
  })
})
