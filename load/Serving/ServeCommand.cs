using System.CommandLine;

namespace Mesh.Load.Serving;

/// <summary><c>load serve</c>.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var listen = new Option<int>("--listen") { Description = "Port of discovery", DefaultValueFactory = _ => 18000 };
        var control = new Option<int>("--control") { Description = "Port of control", DefaultValueFactory = _ => 18001 };
        var proxies = new Option<int>("--proxies") { Description = "Proxies that have resources", DefaultValueFactory = _ => 1000 };
        var services = new Option<int>("--services") { Description = "Services of each proxy", DefaultValueFactory = _ => 10 };
        var endpoints = new Option<int>("--endpoints") { Description = "Endpoints of each service", DefaultValueFactory = _ => 10 };
        var tls = new Option<bool>("--tls") { Description = "Serve TLS" };
        var kestrel = new Option<bool>("--kestrel") { Description = "Serve with Kestrel alone" };
        var command = new Command("serve", "Our engine and discovery host over a generated mesh") { listen, control, proxies, services, endpoints, tls, kestrel };
        command.SetAction((result, cancellationToken) => EngineProcess.RunAsync(
            new EngineProcessOptions
            {
                Listen = result.GetValue(listen),
                Control = result.GetValue(control),
                Proxies = result.GetValue(proxies),
                Services = result.GetValue(services),
                Endpoints = result.GetValue(endpoints),
                Tls = result.GetValue(tls),
                Kestrel = result.GetValue(kestrel),
            },
            cancellationToken));
        return command;
    }
}
