namespace Mesh.Fleet;

/// <summary>How large the fleet is.</summary>
/// <param name="Proxies">Proxies, spread evenly over the shapes.</param>
/// <param name="Shapes">Workloads that differ in what they call.</param>
/// <param name="Services">Services of the mesh.</param>
/// <param name="Called">Services that each workload calls.</param>
/// <param name="IsRedirected">The proxies have redirected traffic and name what they reach; else they list their outbounds.</param>
internal sealed record FleetShape(int Proxies, int Shapes, int Services, int Called, bool IsRedirected)
{
    /// <summary>Reads <c>proxies shapes services called [redirected]</c>; what is missing is as in scenario B9.</summary>
    internal static FleetShape Parse(string[] args) => new(
        At(args, 0, 50_000), At(args, 1, 500), At(args, 2, 10_000), At(args, 3, 200), args.Length > 4 && args[4] == "redirected");

    private static int At(string[] args, int index, int fallback) =>
        index < args.Length ? int.Parse(args[index], System.Globalization.CultureInfo.InvariantCulture) : fallback;
}
