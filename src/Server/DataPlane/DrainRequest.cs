namespace Mesh.Server.DataPlane;

/// <summary>A proxy announces that it is about to leave.</summary>
/// <param name="Mesh">Its mesh.</param>
/// <param name="Name">Its Dataplane.</param>
/// <param name="DataplaneToken">Its token. Never logged.</param>
internal sealed record DrainRequest(string? Mesh, string? Name, string? DataplaneToken)
{
    /// <summary>Without the token: records print their members.</summary>
    public override string ToString() => $"DrainRequest {{ Mesh = {Mesh}, Name = {Name} }}";
}
