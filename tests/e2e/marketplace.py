"""What the apps of four kinds of people ask of the graph, to open, run and use a marketplace."""

from __future__ import annotations

ERRORS = "errors { code message field }"
REGISTER = f"mutation($input: RegisterInput!) {{ register(input: $input) {{ accessToken {ERRORS} }} }}"
INVITE_STAFF = f"mutation($input: InviteStaffInput!) {{ inviteStaff(input: $input) {{ code {ERRORS} }} }}"
ACCEPT_INVITATION = f"""mutation($code: String!, $password: String!) {{
    acceptInvitation(code: $code, password: $password) {{ accessToken {ERRORS} }} }}"""
CREATE_VENDOR = (
    f"mutation($input: CreateVendorInput!) {{ createVendor(input: $input) {{ vendor {{ id }} {ERRORS} }} }}"
)
SAVE_PRODUCT = (
    f"mutation($input: SaveProductInput!) {{ saveProduct(input: $input) {{ product {{ id }} {ERRORS} }} }}"
)
SEARCH = """query($query: String!) { searchCatalog(query: $query) { edges { node {
    ... on Product { id } } } } }"""
PLACE_ORDER = (
    f"mutation($input: PlaceOrderInput!) {{ placeOrder(input: $input) {{ order {{ id }} {ERRORS} }} }}"
)
VENDOR_ORDERS = "subscription($vendorId: ID!) { vendorOrders(vendorId: $vendorId) { orders { id status } } }"
APPLY = f"mutation {{ applyAsRider(vehicle: MOTORCYCLE) {{ rider {{ id }} {ERRORS} }} }}"
APPROVE = f"mutation($id: ID!) {{ approveRider(riderId: $id) {{ {ERRORS} }} }}"
ON_DUTY = f"mutation {{ setStatus(status: ONLINE) {{ {ERRORS} }} }}"
OFF_DUTY = f"mutation {{ setStatus(status: OFFLINE) {{ {ERRORS} }} }}"
HERE = f"mutation($input: ReportLocationInput!) {{ reportLocation(input: $input) {{ {ERRORS} }} }}"
PAST = "{ me { rider { assignments(state: PAST) { edges { node { order { id } } } } } } }"
OFFERS = "subscription { assignmentOffers { order { id } } }"
DELIVERY = "query($id: ID!) { order(id: $id) { status delivery { deliveredBy state reference } } }"
RATE = f"""mutation($id: ID!, $stars: Int!, $products: [ProductStarsInput!]!, $text: String!) {{
    rateOrder(orderId: $id, vendorStars: $stars, products: $products, text: $text) {{ {ERRORS} }} }}"""
RATINGS = """query($vendor: ID!) { vendor(id: $vendor) {
    rating ratingCount reviews { edges { node { text stars } } } } }"""


def order_step(name: str) -> str:
    """One step of an order, as its vendor takes it."""
    return f"mutation($id: ID!) {{ {name}(id: $id) {{ {ERRORS} }} }}"


def rider_step(name: str) -> str:
    """One step of a rider with an order."""
    return f"mutation($orderId: ID!) {{ {name}(orderId: $orderId) {{ {ERRORS} }} }}"
