using Mesh.Envoy.Json;

namespace Mesh.Server.Bootstrap;

/// <summary>Answers bootstrap requests: checks them, finds the Dataplane, builds the bootstrap.</summary>
public sealed class BootstrapService(
    BootstrapParameters parameters, IBootstrapDataplanes dataplanes, IDataplaneTokenValidator tokens)
{
    /// <summary>Answers one request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="requestHost">Host that the request was sent to, without port and brackets.</param>
    /// <param name="requestPort">Port that the request came to.</param>
    /// <exception cref="BootstrapException">The request is refused.</exception>
    public async ValueTask<BootstrapAnswer> AnswerAsync(
        BootstrapRequest request, string requestHost, int requestPort, CancellationToken cancellationToken)
    {
        CheckShape(request);
        var dataplane = await FindDataplaneAsync(request, cancellationToken).ConfigureAwait(false);
        await AuthenticateAsync(request, dataplane, cancellationToken).ConfigureAwait(false);
        var xdsHost = parameters.XdsHost.Length > 0 ? parameters.XdsHost : requestHost;
        var facts = new BootstrapFacts
        {
            Request = request,
            Parameters = parameters,
            Dataplane = dataplane,
            XdsHost = xdsHost,
            XdsPort = (uint)(parameters.XdsPort > 0 ? parameters.XdsPort : requestPort),
            CaPem = Authority(request, xdsHost),
        };
        CheckAdminPort(facts);
        var yaml = BootstrapYaml.Write(EnvoyJson.ToNode(BootstrapBuilder.Build(facts)));
        return new BootstrapAnswer(yaml, dataplane.Address);
    }

    private static void CheckShape(BootstrapRequest request)
    {
        if (string.IsNullOrEmpty(request.Name))
        {
            throw new BootstrapException(422, "name: cannot be empty");
        }

        if (request.ProxyType is not (null or "" or "dataplane"))
        {
            throw new BootstrapException(422, $"proxyType: must be \"dataplane\", not \"{request.ProxyType}\"");
        }
    }

    private async ValueTask<BootstrapDataplane> FindDataplaneAsync(BootstrapRequest request, CancellationToken cancellationToken)
    {
        if (!string.IsNullOrEmpty(request.DataplaneResource))
        {
            return dataplanes.Read(request.DataplaneResource);
        }

        // Without a text: clients know this status and an empty body as "not there yet, ask again".
        return await dataplanes.FindAsync(request.Mesh ?? "", request.Name!, cancellationToken).ConfigureAwait(false)
            ?? throw new BootstrapException(404, "");
    }

    private async ValueTask AuthenticateAsync(BootstrapRequest request, BootstrapDataplane dataplane, CancellationToken cancellationToken)
    {
        if (!tokens.IsRequired)
        {
            return;
        }

        if (string.IsNullOrEmpty(request.DataplaneToken))
        {
            throw new BootstrapException(
                422,
                "a dataplane token is required: make one with \"generate dataplane-token\" and pass its file with --dataplane-token-file");
        }

        var reason = await tokens.ValidateAsync(request.DataplaneToken, request.Mesh ?? "", request.Name!, dataplane.Labels, cancellationToken)
            .ConfigureAwait(false);
        if (reason is not null)
        {
            throw new BootstrapException(422, $"the dataplane token is refused: {reason}");
        }
    }

    private string Authority(BootstrapRequest request, string xdsHost)
    {
        if (parameters.CertificateChainPem.Length > 0 && parameters.XdsHost.Length == 0)
        {
            ControlPlaneTrust.CheckName(parameters.CertificateChainPem, xdsHost);
        }

        var caPem = string.IsNullOrEmpty(request.CaCert) ? parameters.CertificateChainPem : request.CaCert;
        if (caPem.Length > 0)
        {
            ControlPlaneTrust.CheckAuthority(caPem);
        }

        return caPem;
    }

    private static void CheckAdminPort(BootstrapFacts facts)
    {
        if (facts.AdminSocket.Length > 0 || facts.AdminPort == 0)
        {
            return;
        }

        foreach (var (field, _, port) in facts.Dataplane.Listens.Where(listen => Overlap(listen.Address, facts.Parameters.AdminAddress)))
        {
            if (port == facts.AdminPort)
            {
                throw new BootstrapException(422, $"{field}: port {port} is also the port of Envoy's admin endpoint: change one of them");
            }
        }
    }

    private static bool Overlap(string one, string other) =>
        one == other || one is "0.0.0.0" or "::" || other is "0.0.0.0" or "::";
}
