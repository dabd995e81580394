namespace Mesh.Server.Rest;

/// <summary>Who this control plane is, as <c>/</c> tells.</summary>
/// <param name="Hostname">Name of the machine.</param>
/// <param name="InstanceId">This process.</param>
/// <param name="ClusterId">The store that it works on: instances with the same id are one control plane.</param>
internal sealed record InstanceIdentity(string Hostname, string InstanceId, string ClusterId)
{
    /// <summary>The product whose contract is spoken: clients compare it with their own.</summary>
    public const string Product = "Kuma";

    /// <summary>Version of that contract.</summary>
    public const string Version = "3.0.0-dev";

    public static InstanceIdentity Create(Guid storeId)
    {
        var hostname = Environment.MachineName;
        return new InstanceIdentity(hostname, $"{hostname}-{Random.Shared.Next(0x10000):x4}", storeId.ToString());
    }
}
