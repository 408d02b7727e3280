"""
Handler of the job that sends orders.
"""

from __future__ import annotations

from carecoord.jobs.spec import JobContext
from carecoord.meals.order_jobs import SendOrders
from carecoord.meals.service.sending import plan_sending, send_due


async def send_orders(context: JobContext, payload: SendOrders) -> None:
    """Send the orders whose cut-off is past, then wait for the next one."""
    async with context.open_uow() as uow:
        await send_due(uow, context.actor)
        await plan_sending(uow, context.actor, payload.kitchen_id)
