namespace Mesh.Cli.Client;

/// <summary>How to reach a control plane.</summary>
/// <param name="Url">Its REST API.</param>
/// <param name="Token">User token, or null.</param>
/// <param name="CaCertFile">PEM file to trust, or null for the machine's store.</param>
/// <param name="SkipVerify">Trust any certificate.</param>
internal sealed record ControlPlaneAddress(Uri Url, string? Token, string? CaCertFile, bool SkipVerify);
