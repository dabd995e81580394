using Mesh.Model.Naming;
using Mesh.Zone.View;

namespace Mesh.Zone.Plan;

/// <summary>A port of a service that the proxy can call, under the name that its reference gives it.</summary>
/// <param name="Kri">The destination; its section is the port's name or number, as it was referred to.</param>
/// <param name="Service">The service.</param>
/// <param name="Port">The port.</param>
internal sealed record Outbound(Kri Kri, ServiceView Service, ServicePort Port);
