"""What the simulated apps ask of the graph."""

from __future__ import annotations

LOGIN = """
mutation Login($phone: String!, $password: String!) {
  login(phone: $phone, password: $password) { accessToken errors { code message } }
}
"""

WORK = """
query Work($state: AssignmentState!) {
  me {
    rider {
      location { lat lon }
      assignments(state: $state, first: 1) {
        edges { node { status order { id } pickup { lat lon } destination { lat lon } } }
      }
    }
  }
}
"""

MENU = """
query Menu($id: ID!) {
  vendor(id: $id) {
    id name location { lat lon }
    menu(first: 100) { edges { node { products(first: 100) { edges { node { id available } } } } } }
  }
}
"""

PLACE_ORDER = """
mutation Place($input: PlaceOrderInput!) {
  placeOrder(input: $input) { order { id total { amount currency } } errors { code message } }
}
"""

ACCEPT_ORDER = "mutation Accept($id: ID!) { acceptOrder(id: $id) { errors { code message } } }"
START_PREPARING = "mutation Prepare($id: ID!) { startPreparing(id: $id) { errors { code message } } }"
MARK_READY = "mutation Ready($id: ID!) { markReady(id: $id) { errors { code message } } }"

MARK_PICKED_UP = "mutation Fetched($id: ID!) { markPickedUp(id: $id) { errors { code message } } }"
MARK_DELIVERED = "mutation Arrived($id: ID!) { markDelivered(id: $id) { errors { code message } } }"

ORDER = "query Order($id: ID!) { order(id: $id) { status delivery { deliveredBy state } } }"
ON_THE_WAY = "query OnTheWay { me { orders(status: PICKED_UP, first: 1) { edges { node { id } } } } }"

SET_STATUS = """
mutation Duty($status: RiderStatus!) { setStatus(status: $status) { errors { code message } } }
"""

REPORT_LOCATION = """
mutation Here($input: ReportLocationInput!) {
  reportLocation(input: $input) { errors { code message } }
}
"""

ACCEPT_ASSIGNMENT = (
    "mutation Take($orderId: ID!) { acceptAssignment(orderId: $orderId) { errors { code message } } }"
)
PICK_UP = "mutation PickUp($orderId: ID!) { pickUp(orderId: $orderId) { errors { code message } } }"
COMPLETE = (
    "mutation Done($orderId: ID!) { completeAssignment(orderId: $orderId) { errors { code message } } }"
)
