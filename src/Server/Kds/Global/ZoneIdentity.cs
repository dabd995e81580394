using Mesh.Identity.Tokens;

namespace Mesh.Server.Kds.Global;

/// <summary>Who a zone is, as it showed.</summary>
/// <param name="Zone">Its name.</param>
/// <param name="Token">The token that it showed; null: none.</param>
/// <param name="Claims">What the token says; null: tokens are not looked at.</param>
internal sealed record ZoneIdentity(string Zone, string? Token, ZoneToken? Claims);
